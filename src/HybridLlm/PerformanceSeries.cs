namespace HybridLlm;

/// <summary>How the models did in the course of time.</summary>
public sealed record PerformanceSeries
{
    /// <summary>Gets what was asked for, its window widened to full hours.</summary>
    public required MetricsQuery Query { get; init; }

    /// <summary>Gets when the report was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Gets how long each part of the time is.</summary>
    public required TimeSpan Bucket { get; init; }

    /// <summary>Gets the points, ordered by time, task, model and provider. Where there are no outcomes there is no point.</summary>
    public required IReadOnlyList<PerformancePoint> Points { get; init; }
}
