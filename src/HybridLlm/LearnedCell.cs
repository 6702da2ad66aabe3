namespace HybridLlm;

/// <summary>What one run of a host learned itself of a model at a task: weights and sums, which can be added to those of others.</summary>
/// <remarks>A weight is a number of calls of which the earlier ones count less; see <see cref="MetricsOptions.HalfLife"/> and <see cref="LearningOptions.HalfLife"/>.</remarks>
public sealed record LearnedCell
{
    /// <summary>Gets the name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the task type.</summary>
    public required string TaskType { get; init; }

    /// <summary>Gets the complexity; <see langword="null"/> over all of them.</summary>
    public ComplexityLevel? Complexity { get; init; }

    /// <summary>Gets the version of the model that answered last; <see langword="null"/> when none was told.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>Gets a value indicating whether the run goes on, as far as its store can tell. Not published.</summary>
    public bool IsLive { get; init; }

    /// <summary>Gets when the model was last called for the task; <see langword="null"/> when it never was.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>Gets the number of attempts.</summary>
    public long Total { get; init; }

    /// <summary>Gets how many of them succeeded.</summary>
    public long Successes { get; init; }

    /// <summary>Gets the weight of the attempts.</summary>
    public double Evidence { get; init; }

    /// <summary>Gets the weight of the successes among them.</summary>
    public double SuccessMass { get; init; }

    /// <summary>Gets the weighted sum of the durations, in milliseconds.</summary>
    public double LatencySum { get; init; }

    /// <summary>Gets the weight of <see cref="LatencySum"/>.</summary>
    public double LatencyWeight { get; init; }

    /// <summary>Gets the weighted sum of the times to the first token, in milliseconds.</summary>
    public double FirstTokenSum { get; init; }

    /// <summary>Gets the weight of <see cref="FirstTokenSum"/>.</summary>
    public double FirstTokenWeight { get; init; }

    /// <summary>Gets the weighted sum of the generated tokens per second.</summary>
    public double PaceSum { get; init; }

    /// <summary>Gets the weight of <see cref="PaceSum"/>.</summary>
    public double PaceWeight { get; init; }

    /// <summary>Gets the weighted sum of the tokens of answers.</summary>
    public double OutputTokenSum { get; init; }

    /// <summary>Gets the weight of <see cref="OutputTokenSum"/>.</summary>
    public double OutputTokenWeight { get; init; }

    /// <summary>Gets the weighted sum of the users' ratings.</summary>
    public double RatingSum { get; init; }

    /// <summary>Gets the weight of <see cref="RatingSum"/>.</summary>
    public double RatingWeight { get; init; }

    /// <summary>Gets the weight of the attempts in what is believed of the model; 0 over all complexities.</summary>
    public double BeliefCalls { get; init; }

    /// <summary>Gets the weight of the successes among <see cref="BeliefCalls"/>.</summary>
    public double BeliefSuccesses { get; init; }
}
