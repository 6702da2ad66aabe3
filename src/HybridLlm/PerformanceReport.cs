namespace HybridLlm;

/// <summary>How the models did in a window of time.</summary>
public sealed record PerformanceReport
{
    /// <summary>Gets what was asked for, its window widened to full hours.</summary>
    public required MetricsQuery Query { get; init; }

    /// <summary>Gets when the report was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Gets how each model did at each task, ordered by task, model and provider.</summary>
    public required IReadOnlyList<PerformanceSummary> Rows { get; init; }

    /// <summary>Gets how each model did over all tasks, ordered by model and provider.</summary>
    public required IReadOnlyList<PerformanceSummary> Models { get; init; }

    /// <summary>Gets how all models did together.</summary>
    public required PerformanceSummary Total { get; init; }
}
