namespace HybridLlm;

/// <summary>
/// When a second model is started beside one that is slower than usual; the first content wins and the other is cancelled.
/// Metered providers are never used for a hedge.
/// </summary>
public sealed class HedgingOptions
{
    /// <summary>Gets or sets a value indicating whether it is done at all. Default: <see langword="true"/>.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets how many times the usual time to the first content must have passed, 1 to 100. Default: 3.</summary>
    public double Factor { get; set; } = 3;

    /// <summary>Gets or sets the time that must have passed in any case, 0 to 1 hour. Default: 1 second.</summary>
    public TimeSpan MinimumDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how many answers must have been seen before "usual" means something, 1 or more. Default: 3.</summary>
    public int MinimumSamples { get; set; } = 3;

    /// <summary>Gets or sets the largest share of requests that may be hedged, 0 to 1. Default: 0.1; a few are always allowed, so that quiet applications profit too.</summary>
    public double MaxShare { get; set; } = 0.1;
}
