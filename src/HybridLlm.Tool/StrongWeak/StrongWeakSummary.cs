using HybridLlm.Tool.Metrics;

namespace HybridLlm.Tool.StrongWeak;

/// <summary>How a run went. What needs outcomes is <see langword="null"/> without them.</summary>
internal sealed record StrongWeakSummary
{
    public required int Rows { get; init; }

    /// <summary>The rows that were learned from; of each fold, when there are folds.</summary>
    public required int LearnedFrom { get; init; }

    public int? Folds { get; init; }

    public required double Seconds { get; init; }

    public int WithOutcomes { get; init; }

    public double? WeakAccuracy { get; init; }

    public double? StrongAccuracy { get; init; }

    /// <summary>The average performance gap recovered.</summary>
    public double? Apgr { get; init; }

    public Interval? ApgrInterval { get; init; }

    /// <summary>The share of rows for the strong model that recovers half of the gap.</summary>
    public double? Cpt50 { get; init; }

    /// <summary>The share of rows for the strong model that recovers 80 % of the gap.</summary>
    public double? Cpt80 { get; init; }

    /// <summary>What the length of the prompt alone would reach.</summary>
    public double? ApgrOfLength { get; init; }

    /// <summary>The share right for each tenth of the rows that goes to the strong model.</summary>
    public IReadOnlyList<EscalationCurve.Point>? Curve { get; init; }
}
