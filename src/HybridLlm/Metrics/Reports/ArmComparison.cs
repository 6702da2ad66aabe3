namespace HybridLlm.Metrics.Reports;

/// <summary>Two sets of outcomes, compared stratum by stratum: attempts at the same task and of the same complexity. See <see cref="ModelRecommendation"/> for the methods and their sources.</summary>
internal sealed record ArmComparison
{
    /// <summary>As often is: not less often by more than this.</summary>
    public const double Margin = 0.05;

    /// <summary>A ratio that matters: a tenth.</summary>
    public const double RelevantRatio = 1.1;

    /// <summary>Gets how many attempts of each are compared.</summary>
    public required long Attempts { get; init; }

    public required long OtherAttempts { get; init; }

    /// <summary>Gets how many durations of each are compared, the fewer ones.</summary>
    public required long Durations { get; init; }

    public double? Success { get; init; }

    public double? OtherSuccess { get; init; }

    public ConfidenceInterval? SuccessInterval { get; init; }

    public double? SpeedRatio { get; init; }

    public ConfidenceInterval? SpeedInterval { get; init; }

    public double? CostRatio { get; init; }

    public double? SuccessDifference => Success - OtherSuccess;

    public bool HasEvidence => Attempts >= ModelRecommendation.LeastAttempts && OtherAttempts >= ModelRecommendation.LeastAttempts;

    public bool SucceedsMore => SuccessInterval is { Low: > 0 };

    public bool SucceedsLess => SuccessInterval is { High: < 0 };

    public bool SucceedsAsOften => SuccessInterval is { Low: > -Margin };

    public bool IsFaster => HasDurations && SpeedInterval is { Low: >= RelevantRatio };

    public bool IsSlower => HasDurations && SpeedInterval is { High: <= 1 / RelevantRatio };

    /// <summary>Gets whether it is known not to be slower by a tenth.</summary>
    public bool IsNotSlower => HasDurations && SpeedInterval is { Low: >= 1 / RelevantRatio };

    public bool IsCheaper => CostRatio <= 1 / RelevantRatio;

    private bool HasDurations => Durations >= ModelRecommendation.LeastAttempts;

    /// <summary>Compares.</summary>
    /// <param name="ours">The totals of the one.</param>
    /// <param name="others">The totals of the other.</param>
    /// <param name="prices">The prices.</param>
    /// <param name="z">The standard deviations on either side of an interval.</param>
    public static ArmComparison Of(IEnumerable<OutcomeTotals> ours, IEnumerable<OutcomeTotals> others, PriceList prices, double z)
    {
        var theirs = Stratify(others);
        var strata = Stratify(ours)
            .Where(stratum => theirs.ContainsKey(stratum.Key))
            .Select(stratum => (Own: new Arm(stratum.Value, prices), Other: new Arm(theirs[stratum.Key], prices)))
            .Where(static pair => pair is { Own.Attempts: > 0, Other.Attempts: > 0 })
            .ToList();
        var timed = strata.Where(static pair => pair is { Own.Durations: > 0, Other.Durations: > 0 }).ToList();
        var result = new ArmComparison
        {
            Attempts = strata.Sum(static pair => pair.Own.Attempts),
            OtherAttempts = strata.Sum(static pair => pair.Other.Attempts),
            Durations = Math.Min(timed.Sum(static pair => pair.Own.Durations), timed.Sum(static pair => pair.Other.Durations)),
        };
        return strata.Count == 0 ? result : CompareSpeed(CompareSuccess(result, strata, z), timed, z);
    }

    private static ArmComparison CompareSuccess(ArmComparison result, List<(Arm Own, Arm Other)> strata, double z)
    {
        var weights = Weights(strata, static arm => arm.Attempts);
        double own = 0, other = 0, down = 0, up = 0;
        double? cost = 0, otherCost = 0;
        foreach (var (weight, pair) in weights.Zip(strata))
        {
            var (p, q) = (pair.Own.Success, pair.Other.Success);
            var (limits, otherLimits) = (pair.Own.Limits(z), pair.Other.Limits(z));
            own += weight * p;
            other += weight * q;
            down += weight * weight * (Square(p - limits.Low) + Square(otherLimits.High - q));
            up += weight * weight * (Square(limits.High - p) + Square(q - otherLimits.Low));
            cost += weight * pair.Own.Cost;
            otherCost += weight * pair.Other.Cost;
        }

        return result with
        {
            Success = own,
            OtherSuccess = other,
            SuccessInterval = new(own - other - Math.Sqrt(down), own - other + Math.Sqrt(up)),
            CostRatio = otherCost > 0 ? cost / otherCost : null,
        };
    }

    private static ArmComparison CompareSpeed(ArmComparison result, List<(Arm Own, Arm Other)> strata, double z)
    {
        if (strata.Count == 0)
        {
            return result;
        }

        // One variance for all strata of an arm: that of a stratum with a handful of durations says nothing.
        var variance = Variance(strata.Select(static pair => pair.Own));
        var otherVariance = Variance(strata.Select(static pair => pair.Other));
        double difference = 0, square = 0;
        foreach (var (weight, (own, other)) in Weights(strata, static arm => arm.Durations).Zip(strata))
        {
            difference += weight * (other.LogMean - own.LogMean);
            square += weight * weight * ((variance / own.Durations) + (otherVariance / other.Durations));
        }

        var half = z * Math.Sqrt(square);
        return result with
        {
            SpeedRatio = Math.Exp(difference),
            SpeedInterval = double.IsFinite(half) ? new(Math.Exp(difference - half), Math.Exp(difference + half)) : null,
        };
    }

    /// <summary>What Mantel and Haenszel weigh strata by: the more, the more alike both are in number.</summary>
    private static List<double> Weights(List<(Arm Own, Arm Other)> strata, Func<Arm, long> count)
    {
        var weights = strata.ConvertAll(pair => (double)count(pair.Own) * count(pair.Other) / (count(pair.Own) + count(pair.Other)));
        var sum = weights.Sum();
        return weights.ConvertAll(weight => weight / sum);
    }

    private static double Variance(IEnumerable<Arm> arms)
    {
        double squares = 0;
        long freedom = 0;
        foreach (var arm in arms)
        {
            squares += arm.LogSquares;
            freedom += arm.Durations - 1;
        }

        return freedom > 0 ? squares / freedom : double.NaN;
    }

    private static Dictionary<(string Task, ComplexityLevel Complexity), List<OutcomeTotals>> Stratify(IEnumerable<OutcomeTotals> totals) =>
        totals.GroupBy(static part => (part.Group.TaskType, part.Group.Complexity)).ToDictionary(static group => group.Key, static group => group.ToList());

    private static double Square(double value) => value * value;

    /// <summary>One side of a stratum.</summary>
    private sealed class Arm
    {
        private readonly OutcomeTotals _sum;

        public Arm(List<OutcomeTotals> parts, PriceList prices)
        {
            _sum = Summaries.Sum(parts);
            Cost = prices.CostOf(parts) / Math.Max(1, _sum.Attempts);
        }

        public long Attempts => _sum.Attempts;

        public double Success => Hits / Attempts;

        public long Durations => _sum.Latency.Count;

        public double LogMean => _sum.LogLatencySum / Durations;

        /// <summary>Gets the sum of the squared distances from the mean; what rounding leaves of nothing is nothing.</summary>
        public double LogSquares => Math.Max(0, _sum.LogLatencySquares - (_sum.LogLatencySum * _sum.LogLatencySum / Durations));

        /// <summary>Gets the cost of an attempt; <see langword="null"/> when a price is not known.</summary>
        public double? Cost { get; }

        // A rating may come in another hour than its answer, so there can be more rejections than successes.
        private double Hits => Math.Max(0, _sum.Succeeded - _sum.Rejected);

        public ConfidenceInterval Limits(double z) => Statistics.Wilson(Hits, Attempts, z);
    }
}
