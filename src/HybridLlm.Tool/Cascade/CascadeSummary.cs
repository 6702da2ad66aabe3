using HybridLlm.Tool.Metrics;

namespace HybridLlm.Tool.Cascade;

/// <summary>How a run went. What needs outcomes is <see langword="null"/> without them.</summary>
internal sealed record CascadeSummary
{
    public required int Rows { get; init; }

    /// <summary>The rows that were learned from; of each fold, when there are folds.</summary>
    public required int LearnedFrom { get; init; }

    public int? Folds { get; init; }

    public required double Seconds { get; init; }

    public int WithOutcomes { get; init; }

    public double? WeakAccuracy { get; init; }

    public double? StrongAccuracy { get; init; }

    /// <summary>The expected calibration error of the confidence.</summary>
    public double? CalibrationError { get; init; }

    /// <summary>The most that is gained over random escalation at the same rate, with the rate.</summary>
    public double? BestGain { get; init; }

    public double? BestRate { get; init; }

    public Interval? BestGainInterval { get; init; }

    /// <summary>The gain when 30 % are escalated.</summary>
    public double? GainAt30 { get; init; }

    /// <summary>The average performance gap recovered, for comparison with routers that see the prompt alone.</summary>
    public double? Apgr { get; init; }

    /// <summary>The curve, for each twentieth of the answers that is escalated.</summary>
    public IReadOnlyList<CascadePoint>? Curve { get; init; }
}
