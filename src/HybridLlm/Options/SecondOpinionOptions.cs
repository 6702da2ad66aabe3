namespace HybridLlm;

/// <summary>When a second opinion on a request is asked for, how long it may take, and how much it counts.</summary>
public sealed class SecondOpinionOptions
{
    /// <summary>Gets or sets the confidence of the first opinion below which a second is asked for, from 0 to 1. Default: 0.92.</summary>
    public double BelowConfidence { get; set; } = 0.92;

    /// <summary>
    /// Gets or sets the confidence of the first opinion on the complexity below which a second is asked for, whatever it says of the type, from 0 (never for the sake
    /// of the complexity alone) to 1. Default: 0.
    /// </summary>
    public double BelowComplexityConfidence { get; set; }

    /// <summary>Gets or sets how long it may take, from 10 milliseconds to a minute; then the first opinion stands. Default: 2 seconds.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how much it counts for the task type, from 0 (nothing) to 1 (alone). Default: 0.6.</summary>
    public double Weight { get; set; } = 0.6;

    /// <summary>Gets or sets how much it counts for the complexity, from 0 (nothing) to 1 (alone). Default: 0.4.</summary>
    public double ComplexityWeight { get; set; } = 0.4;

    /// <summary>
    /// Gets or sets a value indicating whether what it is told stays on this machine or network. Default: <see langword="false"/>: it is not asked about requests
    /// whose data class or rules may keep them here.
    /// </summary>
    public bool IsLocal { get; set; }

    /// <summary>Gets or sets how long it is left alone after it failed often, from half a second to a day. Default: 30 seconds.</summary>
    public TimeSpan Rest { get; set; } = TimeSpan.FromSeconds(30);
}
