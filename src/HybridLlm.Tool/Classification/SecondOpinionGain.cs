namespace HybridLlm.Tool.Classification;

/// <summary>What a second opinion brought, and what it cost.</summary>
internal sealed record SecondOpinionGain
{
    public required string Name { get; init; }

    /// <summary>The prompts that it was asked about.</summary>
    public required int Asked { get; init; }

    /// <summary>The prompts whose type it changed.</summary>
    public required int Changed { get; init; }

    public double? AccuracyBefore { get; init; }

    public double? LenientAccuracyBefore { get; init; }

    public double? LevelAccuracyBefore { get; init; }

    /// <summary>The mean time of a prompt without it.</summary>
    public required double MicrosecondsBefore { get; init; }
}
