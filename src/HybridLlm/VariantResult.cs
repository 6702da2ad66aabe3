namespace HybridLlm;

/// <summary>What a variant of an experiment came to.</summary>
public sealed record VariantResult
{
    /// <summary>Gets the name of the variant.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the model that it names; <see langword="null"/> where it names none, or is not configured any more.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the number of requests that its model answered: its exposures. Where a fallback answered, the variant is not credited.</summary>
    public int Answers { get; init; }

    /// <summary>Gets the number of requests of which its first call failed.</summary>
    public int Failures { get; init; }

    /// <summary>Gets the number of requests that were handed on to a stronger model because its answer was not believed in.</summary>
    public int Escalations { get; init; }

    /// <summary>Gets the number of observations of the metric: the sum of the three above, or the number of answers that were rated.</summary>
    public int Observations { get; init; }

    /// <summary>Gets the mean of the metric, 0 to 1; <see langword="null"/> without observations.</summary>
    public double? Mean { get; init; }

    /// <summary>Gets between which values the true mean lies, valid at every look (with a confidence of 1 - alpha); <see langword="null"/> without observations.</summary>
    public ConfidenceInterval? MeanInterval { get; init; }

    /// <summary>Gets the median time of its answers, in milliseconds; <see langword="null"/> without answers.</summary>
    public double? MedianMs { get; init; }

    /// <summary>Gets how many pairs of observations were compared with the control's; 0 for the control.</summary>
    public int Pairs { get; init; }

    /// <summary>
    /// Gets between which values the difference to the control's mean lies, -1 to 1, above 0 where the variant is better. Valid at every look; <see langword="null"/>
    /// for the control, and without pairs.
    /// </summary>
    public ConfidenceInterval? Difference { get; init; }

    /// <summary>Gets how it compares with the control.</summary>
    public ExperimentVerdict Verdict { get; init; }

    /// <summary>Gets after how many observations of both together there was a verdict; <see langword="null"/> when there is none.</summary>
    public int? DecidedAfter { get; init; }

    /// <summary>Gets a value indicating whether it takes longer than the tolerated multiple of the control's time in most pairs of calls.</summary>
    public bool IsSlower { get; init; }

    /// <summary>Gets in which share of pairs of calls, at least, it takes longer than tolerated; <see langword="null"/> for the control.</summary>
    public double? SlowerAtLeast { get; init; }
}
