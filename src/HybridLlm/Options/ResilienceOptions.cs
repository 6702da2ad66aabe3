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

    /// <summary>
    /// Gets or sets how long a model that is in memory may go unused before it is asked for one token, and again as long as nobody uses it: it rests when the token
    /// does not come, however green the server's listing. 0 to 24 hours; 0 for never. Default: 5 minutes.
    /// </summary>
    /// <remarks>
    /// It is not asked while its server works, nor where its use costs money or nobody tells whether it is in memory. Of servers that unload models each pause is twice
    /// as long as the one before.
    /// </remarks>
    public TimeSpan ProbeIdleAfter { get; set; } = TimeSpan.FromMinutes(5);
}
