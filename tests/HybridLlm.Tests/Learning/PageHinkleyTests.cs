using HybridLlm.Learning;

namespace HybridLlm.Tests.Learning;

public sealed class PageHinkleyTests
{
    private const double Tolerance = 0.1;
    private const double Threshold = 8;

    [Theory]
    [InlineData(0.8, 0.3)]
    [InlineData(0.3, 0.8)]
    [InlineData(0.9, 0.1)]
    public void Observe_sees_a_change_of_the_mean_up_or_down_within_a_few_dozen_calls(double before, double after)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var test = default(PageHinkley);
            for (var i = 0; i < 100; i++)
            {
                test.Observe(Score(random, before) - before, Tolerance, Threshold);
            }

            var calls = 0;
            while (!test.Observe(Score(random, after) - before, Tolerance, Threshold))
            {
                Assert.InRange(++calls, 0, 60);
            }
        }
    }

    [Fact]
    public void Observe_rarely_gives_an_alarm_where_nothing_changed()
    {
        var streams = Enumerable.Range(0, 100).Count(seed =>
        {
            var random = new Random(seed);
            var test = default(PageHinkley);
            return Enumerable.Range(0, 2000).Any(_ => test.Observe(Score(random, 0.7) - 0.7, Tolerance, Threshold));
        });

        Assert.InRange(streams, 0, 20);
    }

    [Fact]
    public void Change_is_the_mean_of_what_came_beyond_the_tolerance_since_it_began()
    {
        var test = default(PageHinkley);
        for (var i = 0; i < 50; i++)
        {
            test.Observe(i % 2 == 0 ? 0.3 : -0.3, Tolerance, Threshold);
        }

        var calls = 1;
        while (!test.Observe(-0.8, Tolerance, Threshold))
        {
            calls++;
        }

        // The fall of 0.3 just before belongs to it: 0.2 beyond the tolerance, and 0.7 with each of the 12 calls.
        Assert.Equal(12, calls);
        Assert.Equal(-(0.2 + (12 * 0.7)) / 13, test.Change, 10);
        Assert.Equal(8.6, test.SumTowards(-1), 10);
        Assert.Equal(0, test.SumTowards(1));
    }

    [Fact]
    public void Change_is_0_before_anything_came()
    {
        Assert.Equal(0, default(PageHinkley).Change);
    }

    [Fact]
    public void Observe_counts_a_value_by_its_weight()
    {
        var (whole, parts) = (default(PageHinkley), default(PageHinkley));
        whole.Observe(0.9, Tolerance, Threshold);
        parts.Observe(0.9, Tolerance, Threshold, weight: 0.5);
        parts.Observe(0.9, Tolerance, Threshold, weight: 0.5);

        Assert.Equal(whole, parts);
    }

    private static double Score(Random random, double mean) => random.NextDouble() < mean ? 1 : 0;
}
