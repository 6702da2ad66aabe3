namespace HybridLlm.Tool.Classification;

/// <summary>What a second opinion brought, and what it cost.</summary>
internal sealed record SecondOpinionGain
{
    public required string Name { get; init; }

    /// <summary>The prompts whose type it changed.</summary>
    public required int Changed { get; init; }

    public double? AccuracyBefore { get; init; }

    public double? LenientAccuracyBefore { get; init; }

    public double? LevelAccuracyBefore { get; init; }

    /// <summary>The mean time of a prompt without it.</summary>
    public required double MicrosecondsBefore { get; init; }

    /// <summary>Compares a run without it and one with it.</summary>
    public static SecondOpinionGain Of(string name, List<Decision> before, Summary without, List<Decision> after) => new()
    {
        Name = name,
        Changed = before.Zip(after).Count(pair => pair.First.TaskType != pair.Second.TaskType),
        AccuracyBefore = without.Accuracy,
        LenientAccuracyBefore = without.LenientAccuracy,
        LevelAccuracyBefore = without.LevelAccuracy,
        MicrosecondsBefore = without.MicrosecondsPerPrompt,
    };
}
