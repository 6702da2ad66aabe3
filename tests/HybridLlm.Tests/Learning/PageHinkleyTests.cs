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
    public void Observe_begins_anew_after_an_alarm()
    {
        var test = default(PageHinkley);
        var calls = 0;
        while (!test.Observe(-1, Tolerance, Threshold))
        {
            calls++;
        }

        Assert.Equal(8, calls);
        Assert.Equal(default, test);
    }

    private static double Score(Random random, double mean) => random.NextDouble() < mean ? 1 : 0;
}
