namespace HybridLlm;

/// <summary>How a model compares with another one at requests of the same task and complexity.</summary>
public sealed record ModelComparison
{
    /// <summary>Gets the name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Gets how many attempts of it are compared.</summary>
    public required long Attempts { get; init; }

    /// <summary>Gets how many attempts of the other one they are compared with.</summary>
    public required long OtherAttempts { get; init; }

    /// <summary>Gets by how much more often it succeeds, -1 to 1; <see langword="null"/> when there are no attempts to compare.</summary>
    public double? SuccessDifference { get; init; }

    /// <summary>Gets where the true difference lies.</summary>
    public ConfidenceInterval? SuccessInterval { get; init; }

    /// <summary>Gets how many times as fast it is: above 1 is faster; <see langword="null"/> when durations of both are not known.</summary>
    public double? SpeedRatio { get; init; }

    /// <summary>Gets where the true ratio lies; <see langword="null"/> when there are fewer than two durations of each.</summary>
    public ConfidenceInterval? SpeedInterval { get; init; }

    /// <summary>Gets its cost per attempt divided by that of the other one; <see langword="null"/> when a cost is not known or the other one costs nothing.</summary>
    public double? CostRatio { get; init; }

    /// <summary>Gets what follows from that, in words.</summary>
    public required string Finding { get; init; }
}
