namespace HybridLlm.Tool.Metrics;

/// <summary>
/// What a score is worth for choosing between a weak and a strong model: how right the answers are when the rows with the highest scores go to the strong one, for
/// every share of them. Rows of the same score are taken as if in random order.
/// </summary>
internal sealed class EscalationCurve
{
    private readonly int[] _order;
    private readonly int[] _groupEnds;
    private readonly double[] _weak;
    private readonly double[] _strong;

    /// <param name="scores">The higher, the sooner the strong model is asked.</param>
    /// <param name="weak">How right the weak model is on each row, 0 to 1.</param>
    /// <param name="strong">How right the strong model is on each row, 0 to 1.</param>
    public EscalationCurve(IReadOnlyList<double> scores, IReadOnlyList<double> weak, IReadOnlyList<double> strong)
    {
        ArgumentOutOfRangeException.ThrowIfZero(scores.Count);
        _order = [.. Enumerable.Range(0, scores.Count).OrderByDescending(i => scores[i])];
        _weak = [.. _order.Select(i => weak[i])];
        _strong = [.. _order.Select(i => strong[i])];
        _groupEnds = [.. Enumerable.Range(1, scores.Count).Where(end => end == scores.Count || scores[_order[end]] < scores[_order[end - 1]])];
    }

    /// <summary>Gets the share right with the weak model alone.</summary>
    public double Weak => _weak.Average();

    /// <summary>Gets the share right with the strong model alone.</summary>
    public double Strong => _strong.Average();

    /// <summary>Gets the points of the curve, from none to all escalated.</summary>
    public IEnumerable<Point> Points => Walk(static _ => 1);

    /// <summary>Computes the average performance gap recovered: the area between the curve and the weak model, by that of a strong model from the first row on; random is 0.5.</summary>
    /// <returns><see langword="null"/> when both models are equally right.</returns>
    public double? Apgr() => Apgr(static _ => 1);

    /// <summary>Computes the call-performance threshold: the smallest share of rows for the strong model that recovers so much of the gap.</summary>
    /// <param name="recovered">The share of the gap, 0 to 1.</param>
    /// <returns><see langword="null"/> when the strong model is no better.</returns>
    public double? CallsFor(double recovered)
    {
        var (weak, gap) = (Weak, Strong - Weak);
        if (gap <= 0)
        {
            return null;
        }

        var target = weak + (recovered * gap);
        var last = new Point(0, weak);
        foreach (var point in Points)
        {
            if (point.Accuracy >= target - 1e-12)
            {
                return point.Accuracy - last.Accuracy <= 0 ? point.Share : last.Share + ((point.Share - last.Share) * Math.Clamp((target - last.Accuracy) / (point.Accuracy - last.Accuracy), 0, 1));
            }

            last = point;
        }

        return 1;
    }

    /// <summary>Computes the share right when so many rows go to the strong model.</summary>
    /// <param name="share">The share, 0 to 1.</param>
    public double AccuracyAt(double share)
    {
        var last = new Point(0, Weak);
        foreach (var point in Points)
        {
            if (point.Share >= share - 1e-12)
            {
                return point.Share - last.Share <= 0 ? point.Accuracy : last.Accuracy + ((point.Accuracy - last.Accuracy) * (share - last.Share) / (point.Share - last.Share));
            }

            last = point;
        }

        return Strong;
    }

    /// <summary>Computes how much better than random escalation of the same share the answers are.</summary>
    /// <param name="point">A point of the curve.</param>
    public double GainAt(Point point) => point.Accuracy - (Weak + (point.Share * (Strong - Weak)));

    /// <summary>Estimates by resampling rows between which bounds the average performance gap recovered lies in 95 of 100 cases.</summary>
    public Interval? ApgrInterval(int seed) => Bootstrap.Of(_order.Length, seed, weights => Apgr(i => weights[i]));

    /// <summary>Estimates by resampling rows between which bounds the gain at a share lies in 95 of 100 cases.</summary>
    public Interval? GainIntervalAt(double share, int seed) => Bootstrap.Of(_order.Length, seed, weights =>
    {
        var points = Walk(i => weights[i]);
        var (weak, at, all) = (0.0, double.NaN, 0.0);
        foreach (var point in points)
        {
            weak = point.Share == 0 ? point.Accuracy : weak;
            at = double.IsNaN(at) && point.Share >= share ? point.Accuracy : at;
            all = point.Accuracy;
        }

        return at - (weak + (share * (all - weak)));
    });

    private double? Apgr(Func<int, int> weightOf)
    {
        var (area, last, any) = (0.0, default(Point), false);
        foreach (var point in Walk(weightOf))
        {
            area += any ? (point.Share - last.Share) * (point.Accuracy + last.Accuracy) / 2 : 0;
            (last, any) = (point, true);
        }

        var weak = Walk(weightOf).First().Accuracy;
        return Math.Abs(last.Accuracy - weak) < 1e-12 ? null : (area - weak) / (last.Accuracy - weak);
    }

    private IEnumerable<Point> Walk(Func<int, int> weightOf)
    {
        var (total, right) = (0.0, 0.0);
        for (var i = 0; i < _weak.Length; i++)
        {
            total += weightOf(i);
            right += weightOf(i) * _weak[i];
        }

        yield return new(0, right / total);
        var (taken, row) = (0.0, 0);
        foreach (var end in _groupEnds)
        {
            for (; row < end; row++)
            {
                taken += weightOf(row);
                right += weightOf(row) * (_strong[row] - _weak[row]);
            }

            yield return new(taken / total, right / total);
        }
    }

    /// <summary>A point of the curve.</summary>
    /// <param name="Share">The share of rows that go to the strong model.</param>
    /// <param name="Accuracy">The share of answers that are then right.</param>
    public readonly record struct Point(double Share, double Accuracy);
}
