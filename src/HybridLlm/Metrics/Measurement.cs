namespace HybridLlm.Metrics;

/// <summary>What a choice among models looks at: the part of <see cref="ModelPerformance"/> that scores are made of.</summary>
/// <param name="Evidence">The recent attempts behind it.</param>
/// <param name="SuccessRate">The share of them that succeeded.</param>
/// <param name="Rating">The users' rating; not a number when nobody rated.</param>
/// <param name="LatencyMs">How long successes took; 0 when none were measured.</param>
/// <param name="TokensPerSecond">Their pace; 0 when none was measured.</param>
internal readonly record struct Measurement(double Evidence, double SuccessRate, double Rating, double LatencyMs, double TokensPerSecond)
{
    public static Measurement None { get; } = new(0, 0, double.NaN, 0, 0);

    /// <summary>Gets how long the first content took; 0 when it was never seen.</summary>
    public double TimeToFirstTokenMs { get; init; }

    /// <summary>Gets how many tokens an answer has; 0 when nobody told.</summary>
    public double OutputTokens { get; init; }

    public static Measurement Of(in ModelPerformance performance) => new(
        performance.Evidence, performance.SuccessRate, performance.Rating ?? double.NaN, performance.LatencyMs, performance.TokensPerSecond)
    {
        TimeToFirstTokenMs = performance.TimeToFirstTokenMs,
        OutputTokens = performance.OutputTokens,
    };
}
