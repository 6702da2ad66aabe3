namespace HybridLlm;

/// <summary>How failures are met.</summary>
public sealed class ResilienceOptions
{
    /// <summary>Gets or sets how a route is retried when no other is left.</summary>
    public RetryOptions Retry { get; set; } = new();

    /// <summary>Gets or sets when a model that keeps failing is left alone.</summary>
    public CircuitBreakerOptions CircuitBreaker { get; set; } = new();

    /// <summary>Gets or sets when a second model is started beside a slow one.</summary>
    public HedgingOptions Hedging { get; set; } = new();

    /// <summary>Gets or sets how long a model rests after a failure.</summary>
    public CooldownOptions Cooldown { get; set; } = new();
}
