namespace HybridLlm;

/// <summary>When a model that keeps failing is left alone. Cancellations by callers never count.</summary>
public sealed class CircuitBreakerOptions
{
    /// <summary>Gets or sets the share of failures that opens the circuit, above 0 to 1. Default: 0.5.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>Gets or sets how many calls it takes before the share counts, 2 or more. Default: 5.</summary>
    public int MinimumThroughput { get; set; } = 5;

    /// <summary>Gets or sets the time over which calls are counted, 0.5 seconds to 24 hours. Default: 1 minute.</summary>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how long the circuit stays open, 0.5 seconds to 24 hours. Default: 15 seconds.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);
}
