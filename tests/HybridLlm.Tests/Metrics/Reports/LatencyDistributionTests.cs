namespace HybridLlm.Tests.Metrics.Reports;

public sealed class LatencyDistributionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Percentiles_are_within_the_promised_error_of_the_exact_ones(int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, 5_000).Select(_ => Math.Exp((random.NextDouble() * 14) - 1.5)).ToArray();
        var distribution = new LatencyDistribution();
        Array.ForEach(values, distribution.Add);
        Array.Sort(values);

        foreach (var share in new[] { 0.01, 0.5, 0.95, 0.99, 1 })
        {
            var exact = values[(int)Math.Ceiling(share * values.Length) - 1];
            Assert.InRange(distribution.Percentile(share)!.Value / exact, 1 - LatencyDistribution.RelativeError, 1 + LatencyDistribution.RelativeError);
        }
    }

    [Fact]
    public void Parts_added_up_are_the_same_as_the_whole()
    {
        var random = new Random(4);
        var whole = new LatencyDistribution();
        var sum = new LatencyDistribution();
        for (var part = 0; part < 20; part++)
        {
            var own = new LatencyDistribution();
            for (var i = 0; i < random.Next(50); i++)
            {
                var value = random.NextDouble() * 1e4;
                whole.Add(value);
                own.Add(value);
            }

            sum.Add(own);
        }

        Assert.Equal(whole.Count, sum.Count);
        Assert.Equal(whole.Buckets, sum.Buckets);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.125, 0)]
    [InlineData(0.25, 16)]
    [InlineData(1, 48)]
    [InlineData(1_000, 207)]
    [InlineData(1e300, LatencyDistribution.BucketCount - 1)]
    public void A_bucket_is_the_exponent_and_four_bits_of_the_mantissa(double milliseconds, int bucket) =>
        Assert.Equal(bucket, LatencyDistribution.BucketOf(milliseconds));

    [Fact]
    public void Of_nothing_there_is_no_percentile() => Assert.Null(new LatencyDistribution().Percentile(0.5));

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var distribution = new LatencyDistribution();

        Assert.Throws<ArgumentOutOfRangeException>(() => distribution.Percentile(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => distribution.Percentile(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => distribution.Add(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => distribution.Add(LatencyDistribution.BucketCount, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => distribution.Add(1, -1));
    }
}
