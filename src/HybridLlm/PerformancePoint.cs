namespace HybridLlm;

/// <summary>How a model did at a task in a part of the time.</summary>
/// <param name="Start">When the part begins, in UTC.</param>
/// <param name="Figures">The figures.</param>
public sealed record PerformancePoint(DateTimeOffset Start, PerformanceSummary Figures);
