namespace HybridLlm.Metrics;

/// <summary>The numbers of a <see cref="ModelPerformance"/> at one moment. Holds no reference, so that it is copied as plain bytes.</summary>
internal struct StatisticsSnapshot
{
    public long Total;
    public long Successes;
    public double Evidence;
    public double SuccessRate;
    public double LatencyMs;
    public double LatencyP50Ms;
    public double LatencyP95Ms;
    public double LatencyP99Ms;
    public double TimeToFirstTokenMs;
    public double TokensPerSecond;
    public double OutputTokens;

    /// <summary>Not a number when nobody rated.</summary>
    public double Rating;

    /// <summary>0 when the model was never called.</summary>
    public long LastUsedTicks;

    public readonly ModelPerformance ToPerformance(string model, string taskType) => new()
    {
        Model = model,
        TaskType = taskType,
        Total = Total,
        Successes = Successes,
        Evidence = Evidence,
        SuccessRate = SuccessRate,
        Rating = double.IsNaN(Rating) ? null : Rating,
        LatencyMs = LatencyMs,
        LatencyP50Ms = LatencyP50Ms,
        LatencyP95Ms = LatencyP95Ms,
        LatencyP99Ms = LatencyP99Ms,
        TimeToFirstTokenMs = TimeToFirstTokenMs,
        TokensPerSecond = TokensPerSecond,
        OutputTokens = OutputTokens,
        LastUsed = LastUsedTicks == 0 ? null : new DateTimeOffset(LastUsedTicks, TimeSpan.Zero),
    };
}
