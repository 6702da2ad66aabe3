namespace HybridLlm;

/// <summary>What an experiment has shown so far.</summary>
public sealed record ExperimentResult
{
    /// <summary>Gets the name of the experiment.</summary>
    public required string Name { get; init; }

    /// <summary>Gets a value indicating whether it is configured. Results of one that no longer is are still kept; they are read with the default options.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>Gets the task type; <see langword="null"/> for all.</summary>
    public string? TaskType { get; init; }

    /// <summary>Gets what is compared.</summary>
    public ExperimentMetric Metric { get; init; }

    /// <summary>Gets how likely it is, at most, that any of the variants is said to differ from the control though it does not.</summary>
    public double Alpha { get; init; }

    /// <summary>Gets how many times as long as the control a better variant may take.</summary>
    public double LatencyTolerance { get; init; }

    /// <summary>Gets the name of the variant that the others are compared with.</summary>
    public required string Control { get; init; }

    /// <summary>Gets the variants, by name.</summary>
    public required IReadOnlyList<VariantResult> Variants { get; init; }

    /// <summary>Gets what to do, in words. Nothing is done by itself.</summary>
    public required string Recommendation { get; init; }
}
