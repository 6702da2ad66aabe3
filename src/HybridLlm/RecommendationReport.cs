namespace HybridLlm;

/// <summary>Which model to use for which task, as far as the outcomes of a window of time can tell.</summary>
public sealed record RecommendationReport
{
    /// <summary>Gets what was asked for, its window widened to full hours.</summary>
    public required MetricsQuery Query { get; init; }

    /// <summary>Gets when the report was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Gets one recommendation for each task of which there are attempts, ordered by task.</summary>
    public required IReadOnlyList<ModelRecommendation> Tasks { get; init; }
}
