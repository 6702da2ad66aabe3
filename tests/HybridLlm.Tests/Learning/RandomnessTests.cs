using HybridLlm.Learning;

namespace HybridLlm.Tests.Learning;

public sealed class RandomnessTests
{
    [Fact]
    public void Numbers_repeat_for_the_same_seed_request_and_stream_and_differ_for_any_other()
    {
        var first = new Randomness(1, 2, 3).Next();

        Assert.Equal(first, new Randomness(1, 2, 3).Next());
        Assert.NotEqual(first, new Randomness(2, 2, 3).Next());
        Assert.NotEqual(first, new Randomness(1, 3, 3).Next());
        Assert.NotEqual(first, new Randomness(1, 2, 4).Next());
    }

    [Fact]
    public void Numbers_of_neighbouring_requests_fill_the_range_evenly()
    {
        var bins = new int[10];
        for (var request = 0; request < 10_000; request++)
        {
            bins[(int)(10 * new Randomness(7, request, 0).Next())]++;
        }

        Assert.All(bins, count => Assert.InRange(count, 850, 1150));
    }

    [Theory]
    [InlineData(0.2, 0.1)]
    [InlineData(1, 1)]
    [InlineData(3, 9)]
    [InlineData(400, 100)]
    [InlineData(0.04, 3.96)]
    public void Beta_numbers_have_the_mean_and_the_spread_of_their_distribution(double a, double b)
    {
        const int Draws = 20_000;
        var randomness = new Randomness(11, 0, 0);
        double sum = 0, squares = 0;
        for (var i = 0; i < Draws; i++)
        {
            var x = randomness.NextBeta(a, b);
            Assert.InRange(x, 0, 1);
            sum += x;
            squares += x * x;
        }

        var mean = a / (a + b);
        var variance = mean * (1 - mean) / (a + b + 1);
        Assert.Equal(mean, sum / Draws, 5 * Math.Sqrt(variance / Draws));
        Assert.InRange(((squares / Draws) - (sum / Draws * (sum / Draws))) / variance, 0.9, 1.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void Exploration_keeps_its_share_over_any_stretch_of_requests(double share)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            for (var from = 0; from < 5000; from += 777)
            {
                var allowed = Enumerable.Range(from, 1000).Count(request => Exploration.Allows(share, seed, request));

                Assert.InRange(allowed, (1000 * share) - 5, (1000 * share) + 5);
            }
        }
    }
}
