namespace HybridLlm;

/// <summary>How models did before and after they became another version.</summary>
public sealed record ComparisonReport
{
    /// <summary>Gets what was asked for, its window widened to full hours.</summary>
    public required MetricsQuery Query { get; init; }

    /// <summary>Gets when the report was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Gets the comparisons, ordered by model; of a model the one over all tasks first, then one for each task that both versions did.</summary>
    public required IReadOnlyList<VersionComparison> Comparisons { get; init; }
}
