namespace HybridLlm;

/// <summary>How a route is retried when no other is left. While another is left it is tried at once instead.</summary>
public sealed class RetryOptions
{
    /// <summary>Gets or sets how many times, 0 to 10. Default: 2.</summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>Gets or sets the wait before the first retry; it doubles from retry to retry, with jitter. 0 to 5 minutes. Default: 500 milliseconds.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets or sets the longest wait, 0 to 5 minutes. Default: 8 seconds.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Gets or sets the longest Retry-After that is waited for; a longer one ends the request. 0 to 1 hour. Default: 30 seconds.</summary>
    public TimeSpan RetryAfterCap { get; set; } = TimeSpan.FromSeconds(30);
}
