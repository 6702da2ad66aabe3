using HybridLlm.Metrics;

namespace HybridLlm.Tests.Metrics;

public sealed class LatencyHistogramTests
{
    public static TheoryData<int, double> Cases { get; } = new(
        from seed in Enumerable.Range(1, 6)
        from halfLife in new[] { 1.0, 5, 50, 1000, 1e9 }
        select (seed, halfLife));

    [Fact]
    public void Empty_reports_zero()
    {
        var histogram = new LatencyHistogram(50);

        Assert.Equal((0, 0, 0), (histogram.P50, histogram.P95, histogram.P99));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Percentiles_are_within_the_stated_error_of_the_exact_ones(int seed, double halfLife)
    {
        var random = new Random(seed);
        var histogram = new LatencyHistogram(halfLife);
        List<double> values = [];
        for (var i = 0; i < 6_000; i++)
        {
            // A log-normal whose middle moves: the percentiles have to travel both ways.
            var middle = Math.Log(200) + (3 * Math.Sin(i / 900.0));
            var value = Math.Exp(middle + (0.8 * Normal(random)));
            values.Add(value);
            histogram.Add(value);
            if (i % 97 == 0 || i < 50)
            {
                Check(values, halfLife, histogram);
            }
        }
    }

    [Theory]
    [InlineData(0, LatencyHistogram.SmallestMs)]
    [InlineData(1e-300, LatencyHistogram.SmallestMs)]
    [InlineData(1e300, LatencyHistogram.LargestMs)]
    [InlineData(LatencyHistogram.LargestMs, LatencyHistogram.LargestMs)]
    public void Values_beyond_the_range_go_to_its_ends(double value, double end)
    {
        var histogram = new LatencyHistogram(50);
        histogram.Add(value);

        Assert.InRange(histogram.P50, end * 0.93, end * 1.07);
    }

    private static void Check(List<double> values, double halfLife, LatencyHistogram histogram)
    {
        var decay = Math.Pow(0.5, 1 / halfLife);
        var weighted = values.Select((value, i) => (value, Weight: Math.Pow(decay, values.Count - 1 - i))).OrderBy(static pair => pair.value).ToList();
        Check(weighted, 0.50, histogram.P50);
        Check(weighted, 0.95, histogram.P95);
        Check(weighted, 0.99, histogram.P99);
    }

    private static void Check(List<(double Value, double Weight)> weighted, double share, double reported)
    {
        // Rounding may decide a tie either way, so anything between the percentiles a hair below and above is exact.
        var low = Exact(weighted, share - 1e-5) * (1 - LatencyHistogram.RelativeError - 1e-9);
        var high = Exact(weighted, Math.Min(1, share + 1e-5)) * (1 + LatencyHistogram.RelativeError + 1e-9);
        Assert.InRange(reported, low, high);
    }

    private static double Exact(List<(double Value, double Weight)> weighted, double share)
    {
        var target = share * weighted.Sum(static pair => pair.Weight);
        double below = 0;
        foreach (var (value, weight) in weighted)
        {
            below += weight;
            if (below >= target)
            {
                return value;
            }
        }

        return weighted[^1].Value;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
