namespace HybridLlm.Learning;

/// <summary>How quickly is learned and forgotten.</summary>
internal sealed record LearnerSettings
{
    /// <summary>Gets the number of calls of a cell after which the weight of a call has halved.</summary>
    public double HalfLife { get; init; } = 200;

    /// <summary>Gets how many calls the drift of a model must be worth before it is believed; 0 not to look for it.</summary>
    public double DriftThreshold { get; init; } = 8;

    /// <summary>Gets the change of the share of successes that does not matter.</summary>
    public double DriftTolerance { get; init; } = 0.1;

    /// <summary>Gets how many calls of each cell still count after a model has changed.</summary>
    public double KeptAfterChange { get; init; } = 3;

    /// <summary>Gets how many calls a cell must rest on before its surprises say something of drift.</summary>
    public double SettledAfter { get; init; } = 8;

    /// <summary>Takes the settings from options.</summary>
    public static LearnerSettings From(LearningOptions options) => new()
    {
        HalfLife = options.HalfLife,
        DriftThreshold = options.DriftThreshold,
    };
}
