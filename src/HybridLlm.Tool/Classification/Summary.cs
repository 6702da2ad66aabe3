namespace HybridLlm.Tool.Classification;

/// <summary>How a run went. What needs labels is <see langword="null"/> without them.</summary>
internal sealed record Summary
{
    public required int Prompts { get; init; }

    public required int Abstained { get; init; }

    /// <summary>The mean time of one classification.</summary>
    public required double MicrosecondsPerPrompt { get; init; }

    public required double MedianMicroseconds { get; init; }

    public int WithTaskType { get; init; }

    public double? Accuracy { get; init; }

    /// <summary>The share right when a second defensible type counts too.</summary>
    public double? LenientAccuracy { get; init; }

    /// <summary>The lenient share right among the half that the classifier is surest of.</summary>
    public double? SurestHalf { get; init; }

    /// <summary>The expected calibration error of the type's confidence, against the lenient share right.</summary>
    public double? CalibrationError { get; init; }

    public int WithLevel { get; init; }

    public double? LevelAccuracy { get; init; }

    public double? LevelCalibrationError { get; init; }

    /// <summary>For each type what its prompts were taken for, and how often.</summary>
    public SortedDictionary<string, SortedDictionary<string, int>>? Confusion { get; init; }

    /// <summary>What a second opinion changed.</summary>
    public SecondOpinionGain? SecondOpinion { get; init; }
}
