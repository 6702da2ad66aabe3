namespace HybridLlm;

/// <summary>How a model did before and after it became another version.</summary>
/// <remarks>
/// Both versions are compared at requests of the same task and complexity, with the intervals that <see cref="ModelRecommendation"/> describes, each of 95 %. A difference is
/// real where its interval does not hold 0, and a ratio of speeds where its interval does not hold 1. Success decides; where it shows no difference and the
/// interval stays within 0.05 of 0, speed decides if it differs by a tenth or more. A version needs at least <see cref="ModelRecommendation.LeastAttempts"/> attempts.
/// </remarks>
public sealed record VersionComparison
{
    /// <summary>Gets the name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Gets the task type; <see langword="null"/> over all tasks that both versions did.</summary>
    public string? TaskType { get; init; }

    /// <summary>Gets the earlier version.</summary>
    public required string Before { get; init; }

    /// <summary>Gets the later version.</summary>
    public required string After { get; init; }

    /// <summary>Gets the figures of the earlier version.</summary>
    public required PerformanceSummary BeforeFigures { get; init; }

    /// <summary>Gets the figures of the later version.</summary>
    public required PerformanceSummary AfterFigures { get; init; }

    /// <summary>Gets what the comparison shows.</summary>
    public required ComparisonVerdict Verdict { get; init; }

    /// <summary>Gets by how much more often the later version succeeds, -1 to 1; <see langword="null"/> when there is nothing to compare.</summary>
    public double? SuccessDifference { get; init; }

    /// <summary>Gets where the true difference lies.</summary>
    public ConfidenceInterval? SuccessInterval { get; init; }

    /// <summary>Gets how many times as fast the later version is; <see langword="null"/> when durations of both are not known.</summary>
    public double? SpeedRatio { get; init; }

    /// <summary>Gets where the true ratio lies; <see langword="null"/> when there are fewer than two durations of each.</summary>
    public ConfidenceInterval? SpeedInterval { get; init; }

    /// <summary>Gets by how much better users rate the later version, -1 to 1; <see langword="null"/> when one of them was not rated.</summary>
    public double? SatisfactionDifference { get; init; }

    /// <summary>Gets where the true difference of ratings lies (normal limits); <see langword="null"/> when one of them has fewer than ten ratings.</summary>
    public ConfidenceInterval? SatisfactionInterval { get; init; }

    /// <summary>Gets what follows from that, in words.</summary>
    public required string Finding { get; init; }
}
