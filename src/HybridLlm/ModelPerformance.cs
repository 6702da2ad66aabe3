namespace HybridLlm;

/// <summary>What was measured of a model at a task type. Durations are in milliseconds; averages are exponentially weighted towards recent calls.</summary>
public readonly record struct ModelPerformance
{
    /// <summary>Gets the name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the task type.</summary>
    public required string TaskType { get; init; }

    /// <summary>Gets the number of attempts that ended in success or failure. Attempts that a caller cancelled do not count.</summary>
    public long Total { get; init; }

    /// <summary>Gets how many of them succeeded.</summary>
    public long Successes { get; init; }

    /// <summary>Gets the decayed number of attempts: how much recent evidence there is.</summary>
    public double Evidence { get; init; }

    /// <summary>Gets the decayed share of successes, 0 to 1; 0 when there is no evidence.</summary>
    public double SuccessRate { get; init; }

    /// <summary>Gets the decayed mean of the users' ratings, 0 to 1; <see langword="null"/> when nobody rated.</summary>
    public double? Rating { get; init; }

    /// <summary>Gets the moving average of the time until the answer was complete, in milliseconds, over successful attempts.</summary>
    public double LatencyMs { get; init; }

    /// <summary>Gets the median time until the answer was complete, in milliseconds.</summary>
    public double LatencyP50Ms { get; init; }

    /// <summary>Gets the time within which 95 of 100 answers were complete, in milliseconds.</summary>
    public double LatencyP95Ms { get; init; }

    /// <summary>Gets the time within which 99 of 100 answers were complete, in milliseconds.</summary>
    public double LatencyP99Ms { get; init; }

    /// <summary>Gets the moving average of the time until the first content, in milliseconds; 0 when it was never seen.</summary>
    public double TimeToFirstTokenMs { get; init; }

    /// <summary>Gets the moving average of generated tokens per second; 0 when it was never seen.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>Gets the moving average of the tokens of an answer; 0 when it was never told.</summary>
    public double OutputTokens { get; init; }

    /// <summary>Gets when the model was last called for the task; <see langword="null"/> when it never was.</summary>
    public DateTimeOffset? LastUsed { get; init; }
}
