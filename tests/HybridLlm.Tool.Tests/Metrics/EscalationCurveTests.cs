using HybridLlm.Tool.Metrics;

namespace HybridLlm.Tool.Tests.Metrics;

public sealed class EscalationCurveTests
{
    // Of four rows the strong model wins the first two, and nothing on the others.
    private static readonly double[] Weak = [0, 0, 1, 1];
    private static readonly double[] Strong = [1, 1, 1, 1];

    [Fact]
    public void A_perfect_order_recovers_the_gap_at_once() => Assert.Equal(0.75, new EscalationCurve([4, 3, 2, 1], Weak, Strong).Apgr()!.Value, 9);

    [Fact]
    public void The_worst_order_recovers_it_last() => Assert.Equal(0.25, new EscalationCurve([1, 2, 3, 4], Weak, Strong).Apgr()!.Value, 9);

    [Fact]
    public void Rows_of_the_same_score_are_taken_as_if_at_random() => Assert.Equal(0.5, new EscalationCurve([7, 7, 7, 7], Weak, Strong).Apgr()!.Value, 9);

    [Fact]
    public void Calls_for_a_share_of_the_gap_are_read_from_the_curve()
    {
        var curve = new EscalationCurve([4, 3, 2, 1], Weak, Strong);

        Assert.Equal(0.25, curve.CallsFor(0.5)!.Value, 9);
        Assert.Equal(0.4, curve.CallsFor(0.8)!.Value, 9);
        Assert.Equal(0, curve.CallsFor(0)!.Value, 9);
    }

    [Fact]
    public void Two_equal_models_have_no_gap_to_recover()
    {
        var curve = new EscalationCurve([1, 2], [1, 0], [0, 1]);

        Assert.Null(curve.Apgr());
        Assert.Null(curve.CallsFor(0.5));
    }

    [Fact]
    public void Accuracy_between_two_points_lies_between_them()
    {
        var curve = new EscalationCurve([4, 3, 2, 1], Weak, Strong);

        Assert.Equal([0.5, 0.625, 0.75, 1, 1], new[] { 0, 0.125, 0.25, 0.5, 1 }.Select(share => Math.Round(curve.AccuracyAt(share), 9)));
    }

    [Fact]
    public void Gain_is_what_lies_above_random_escalation()
    {
        var curve = new EscalationCurve([4, 3, 2, 1], Weak, Strong);

        Assert.Equal(0.25, curve.Points.Max(curve.GainAt), 9);
        Assert.Equal(0, curve.GainAt(curve.Points.Last()), 9);
    }

    [Fact]
    public void Bounds_hold_the_figure_and_are_the_same_under_the_same_seed()
    {
        var random = new Random(5);
        var weak = Enumerable.Range(0, 300).Select(_ => random.NextDouble() < 0.5 ? 1.0 : 0).ToArray();
        var strong = weak.Select(value => Math.Max(value, random.NextDouble() < 0.6 ? 1.0 : 0)).ToArray();
        var curve = new EscalationCurve([.. weak.Select(value => random.NextDouble() - (0.3 * value))], weak, strong);

        var bounds = curve.ApgrInterval(seed: 3)!;

        Assert.InRange(curve.Apgr()!.Value, bounds.Low, bounds.High);
        Assert.InRange(bounds.High - bounds.Low, 0.02, 0.4);
        Assert.Equal(bounds, curve.ApgrInterval(seed: 3));
    }

    [Fact]
    public void Bounds_of_a_mean_without_spread_are_the_mean() => Assert.Equal(new Interval(2, 2), Bootstrap.OfMean([2, 2, 2], seed: 1));

    [Fact]
    public void Bounds_of_nothing_are_none() => Assert.Null(Bootstrap.OfMean([], seed: 1));
}
