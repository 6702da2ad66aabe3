using HybridLlm.Metrics.Reports;

namespace HybridLlm.Tests.Metrics.Reports;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(0.975, 1.959963985)]
    [InlineData(0.5, 0)]
    [InlineData(0.025, -1.959963985)]
    [InlineData(0.999, 3.090232306)]
    [InlineData(0.0001, -3.719016485)]
    public void Quantiles_are_those_of_the_tables(double share, double quantile) => Assert.Equal(quantile, Statistics.Quantile(share), 7);

    // R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I: 81/263, 15/148, 0/20, 1/29.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilsons_intervals_are_those_that_Newcombe_published(int hits, int count, double low, double high)
    {
        var interval = Statistics.Wilson(hits, count, Statistics.Deviations());

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    // The same, 873-890, table II, method 10.
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(10, 10, 0, 20, 0.6791, 1.0000)]
    [InlineData(10, 10, 0, 10, 0.6075, 1.0000)]
    public void In_one_stratum_the_difference_has_the_limits_of_Newcombes_method_10(int hits, int count, int otherHits, int otherCount, double low, double high)
    {
        var comparison = ArmComparison.Of([Totals(hits, count)], [Totals(otherHits, otherCount)], new(_ => null), Statistics.Deviations());

        Assert.Equal(low, comparison.SuccessInterval!.Value.Low, 4);
        Assert.Equal(high, comparison.SuccessInterval!.Value.High, 4);
    }

    [Fact]
    public void Intervals_of_differences_and_of_speeds_miss_the_truth_as_seldom_as_they_say()
    {
        var random = new Random(12);
        const int Runs = 2_000;
        int successes = 0, speeds = 0;
        for (var run = 0; run < Runs; run++)
        {
            var ours = Draw(random, simple: 60, complex: 20, 0.95, 0.70, 100);
            var others = Draw(random, simple: 40, complex: 50, 0.85, 0.60, 200);
            var comparison = ArmComparison.Of(ours, others, new(_ => null), Statistics.Deviations());
            successes += comparison.SuccessInterval!.Value.Contains(0.10) ? 1 : 0;
            speeds += comparison.SpeedInterval!.Value.Contains(2) ? 1 : 0;
        }

        // 1,900 are expected; four standard deviations are 39.
        Assert.InRange(successes, 1_861, Runs);
        Assert.InRange(speeds, 1_861, 1_939);
    }

    [Fact]
    public void A_model_that_got_the_easy_requests_is_not_better_for_it()
    {
        var ours = new[] { Totals(285, 300), Totals(7, 10, ComplexityLevel.Complex) };
        var others = new[] { Totals(95, 100), Totals(210, 300, ComplexityLevel.Complex) };

        var comparison = ArmComparison.Of(ours, others, new(_ => null), Statistics.Deviations());

        Assert.Equal(0, comparison.SuccessDifference!.Value, 9);
        Assert.False(comparison.SucceedsMore);
    }

    private static OutcomeTotals[] Draw(Random random, int simple, int complex, double simpleRate, double complexRate, double ms) =>
    [
        Draw(random, simple, simpleRate, ms, ComplexityLevel.Simple),
        Draw(random, complex, complexRate, ms * 3, ComplexityLevel.Complex),
    ];

    private static OutcomeTotals Draw(Random random, int count, double rate, double ms, ComplexityLevel complexity)
    {
        var totals = Totals(0, 0, complexity);
        for (var i = 0; i < count; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            totals.Add(random.NextDouble() < rate ? Outcomes.Success(ms: ms * Math.Exp(0.5 * normal)) : Outcomes.Failure());
        }

        return totals;
    }

    private static OutcomeTotals Totals(long hits, long count, ComplexityLevel complexity = ComplexityLevel.Simple) =>
        new() { Group = new("p", "m", null, "t", complexity), Succeeded = hits, Failed = count - hits };
}
