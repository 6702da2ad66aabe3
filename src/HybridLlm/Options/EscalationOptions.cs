namespace HybridLlm;

/// <summary>How far a request goes that asks a stronger model because the answer it got is not believed in.</summary>
public sealed class EscalationOptions
{
    /// <summary>Gets or sets how many stronger models a request may ask, one after another, 1 to 5. Default: 1.</summary>
    public int MaxEscalations { get; set; } = 1;

    /// <summary>
    /// Gets or sets how long a request may have taken when it begins to ask a stronger model, 10 milliseconds to 24 hours; later the answer it has is returned.
    /// Default: 1 minute.
    /// </summary>
    public TimeSpan Budget { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Gets or sets how many pieces of a stream, mostly a token each, are held back to be judged before the caller sees the first, 0 to 1,000. While they are,
    /// a stronger model can take over unseen. Default: 0, so that streams are never held back and never escalated.
    /// </summary>
    public int HoldBackTokens { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether experience moves the configured thresholds, each by at most 0.2, and the number of escalations by at most one.
    /// Default: true.
    /// </summary>
    public bool AutoTune { get; set; } = true;
}
