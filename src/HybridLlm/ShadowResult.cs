namespace HybridLlm;

/// <summary>What a candidate did with the requests that were mirrored to it.</summary>
public sealed record ShadowResult
{
    /// <summary>Gets the name of the candidate.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the name of its provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Gets the task type.</summary>
    public required string TaskType { get; init; }

    /// <summary>Gets the number of requests that it answered.</summary>
    public long Answers { get; init; }

    /// <summary>Gets the number of requests at which it failed.</summary>
    public long Failures { get; init; }

    /// <summary>
    /// Gets how far its answers said the same as those that were given, 0 to 1 on average; <see langword="null"/> without answers. Where it differs, either may be right.
    /// </summary>
    public double? Agreement { get; init; }

    /// <summary>Gets between which values the true agreement lies, valid at every look; <see langword="null"/> without answers.</summary>
    public ConfidenceInterval? AgreementInterval { get; init; }

    /// <summary>Gets the median time of its answers, in milliseconds; <see langword="null"/> without answers.</summary>
    public double? MedianMs { get; init; }
}
