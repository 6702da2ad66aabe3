using HybridLlm.Experiments;

namespace HybridLlm.Tests.Experiments;

/// <summary>What the test promises, by simulation: seeded, so that it says the same every time.</summary>
public sealed class ConfidenceSequenceTests
{
    private const double Alpha = 0.05;
    private const int Runs = 2_000;

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.8, 2)]
    [InlineData(0.95, 3)]
    public void Looking_after_every_request_finds_a_difference_where_there_is_none_in_at_most_5_of_100_experiments(double success, int seed)
    {
        var wrong = Enumerable.Range(0, Runs).Count(run => DecidedAfter(new Random((seed * 100_000) + run), success, success, requests: 1_000) is not null);

        Assert.InRange(wrong, 1, (int)(Runs * Alpha));
    }

    [Fact]
    public void Ratings_between_0_and_1_keep_the_promise_too()
    {
        var wrong = 0;
        for (var run = 0; run < Runs; run++)
        {
            var random = new Random(400_000 + run);
            // Skewed, with most of the weight near 1: what people rate.
            var pairs = Enumerable.Range(0, 500).Select(_ => Math.Sqrt(random.NextDouble()) - Math.Sqrt(random.NextDouble())).ToArray();
            wrong += ConfidenceSequence.DecidedAfter(pairs, Alpha) is null ? 0 : 1;
        }

        Assert.InRange(wrong, 1, (int)(Runs * Alpha));
    }

    [Theory]
    [InlineData(0.6, 0.8)]
    [InlineData(0.7, 0.9)]
    [InlineData(0.9, 0.7)]
    public void A_difference_of_20_points_is_found_within_hundreds_of_requests(double control, double variant)
    {
        var decided = Enumerable.Range(0, 200).Select(run => DecidedAfter(new Random(500_000 + run), control, variant, requests: 2_000)).ToArray();

        Assert.All(decided, requests => Assert.NotNull(requests));
        var sorted = decided.Select(requests => requests!.Value).Order().ToArray();
        Assert.InRange(sorted[sorted.Length / 2], 20, 300);
        Assert.InRange(sorted[sorted.Length * 9 / 10], 20, 700);
    }

    [Fact]
    public void A_difference_of_60_points_is_found_within_tens_of_requests()
    {
        var sorted = Enumerable.Range(0, 200).Select(run => DecidedAfter(new Random(600_000 + run), 0.3, 0.9, requests: 1_000) ?? int.MaxValue).Order().ToArray();

        Assert.InRange(sorted[sorted.Length / 2], 10, 50);
    }

    [Fact]
    public void The_interval_holds_the_true_difference_at_every_look_in_at_least_95_of_100_experiments()
    {
        var missed = 0;
        for (var run = 0; run < 400; run++)
        {
            var pairs = Pairs(new Random(700_000 + run), 0.6, 0.75, 300);
            // Excluded values stay excluded, so the last interval tells of all looks before it.
            missed += ConfidenceSequence.Of(pairs, Alpha).Contains(0.15) ? 0 : 1;
        }

        Assert.InRange(missed, 0, 20);
    }

    [Fact]
    public void The_interval_narrows_and_never_lets_in_again_what_it_excluded()
    {
        var pairs = Pairs(new Random(8), 0.5, 0.7, 2_000);
        var before = new ConfidenceInterval(-1, 1);
        foreach (var count in new[] { 10, 50, 200, 500, 1_000, 2_000 })
        {
            var interval = ConfidenceSequence.Of(pairs.AsSpan(0, count), Alpha);
            Assert.True(interval.Low >= before.Low && interval.High <= before.High, $"{before} became {interval} after {count} pairs.");
            before = interval;
        }

        Assert.True(before.Contains(0.2));
        Assert.InRange(before.High - before.Low, 0.02, 0.15);
    }

    [Fact]
    public void The_verdict_and_the_interval_are_one()
    {
        for (var run = 0; run < 50; run++)
        {
            var pairs = Pairs(new Random(900_000 + run), 0.6, 0.7, 300);
            var interval = ConfidenceSequence.Of(pairs, Alpha);
            // The ends are found to within a billionth; nothing decides that closely here.
            Assert.Equal(ConfidenceSequence.DecidedAfter(pairs, Alpha) is null, interval.Contains(0));
        }
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    [InlineData(0.0)]
    public void Observations_that_are_all_the_same_narrow_in_on_their_value(double value)
    {
        var interval = ConfidenceSequence.Of(Enumerable.Repeat(value, 500).ToArray(), Alpha);

        Assert.True(interval.Contains(value));
        Assert.InRange(interval.High - interval.Low, 0, 0.2);
    }

    [Fact]
    public void Nothing_excludes_nothing()
    {
        var interval = ConfidenceSequence.Of([], Alpha);

        Assert.Equal((-1.0, 1.0), (interval.Low, interval.High));
        Assert.Null(ConfidenceSequence.DecidedAfter([], Alpha));
    }

    [Fact]
    public void Pairs_are_made_in_the_order_of_arrival_and_by_the_weights()
    {
        var pairs = new BlockPairs(controlWeight: 0.75, variantWeight: 0.25);
        foreach (var value in new[] { 1.0, 0, 0.5, 1, 1, 1, 0 })
        {
            pairs.AddControl(value);
        }

        pairs.AddVariant(1);
        Assert.Equal([0.5], pairs.Differences());
        pairs.AddVariant(0);
        pairs.AddVariant(0);

        Assert.Equal(4, pairs.Size);
        Assert.Equal([0.5, -1], pairs.Differences());
    }

    /// <summary>Finds after how many requests of both together somebody who looks after every one of them stops.</summary>
    private static int? DecidedAfter(Random random, double control, double variant, int requests) =>
        2 * ConfidenceSequence.DecidedAfter(Pairs(random, control, variant, requests / 2), Alpha);

    private static double[] Pairs(Random random, double control, double variant, int count)
    {
        var pairs = new double[count];
        for (var i = 0; i < count; i++)
        {
            pairs[i] = (random.NextDouble() < variant ? 1 : 0) - (random.NextDouble() < control ? 1 : 0);
        }

        return pairs;
    }
}
