namespace HybridLlm.Metrics;

/// <summary>
/// Decayed percentiles of durations, in constant time and memory. Not safe for concurrent use: its owner locks.
/// </summary>
/// <remarks>
/// <para>
/// An octave is cut into 8 buckets of equal width, so that a bucket is the exponent and the first 3 bits of the mantissa of
/// a <see cref="double"/>. A percentile is reported as the value in its bucket whose relative error is the same at both
/// ends: at most 1/17, <see cref="RelativeError"/>. That holds from 0.125 ms to 4.6 hours; beyond, the end bucket takes it.
/// </para>
/// <para>
/// Instead of making all buckets lighter with each value, the values become heavier, and everything is scaled down once in a
/// while. Each percentile remembers its bucket and the weight below it; a value moves it by a bucket or none in the usual
/// case, and never by more than all of them.
/// </para>
/// </remarks>
internal sealed class LatencyHistogram
{
    /// <summary>The largest relative error of a percentile.</summary>
    public const double RelativeError = 1.0 / 17;

    public const double SmallestMs = 0.125;
    public const double LargestMs = 1 << 24;

    private const int BucketsPerOctaveBits = 3;
    private const int BucketCount = 27 << BucketsPerOctaveBits;
    private const int Shift = 52 - BucketsPerOctaveBits;
    private const double ScaleDownAt = 1L << 40;

    // A float holds whole numbers to 2^24, so that a bucket could not grow beyond; a half-life of a million calls keeps it below.
    private const double LongestHalfLife = 1e6;

    private static readonly long FirstBucket = BitConverter.DoubleToInt64Bits(SmallestMs) >> Shift;

    // What each bucket is reported as.
    private static readonly double[] Values = [.. Enumerable.Range(0, BucketCount).Select(ValueOf)];

    private readonly float[] _buckets = new float[BucketCount];
    private readonly double _growth;
    private double _weight = 1;
    private double _total;
    private Cursor _p50;
    private Cursor _p95;
    private Cursor _p99;

    /// <param name="halfLife">The number of values after which the weight of a value has halved.</param>
    public LatencyHistogram(double halfLife) => _growth = Math.Exp(Math.Log(2) / Math.Min(halfLife, LongestHalfLife));

    /// <summary>Gets the median; 0 before the first value.</summary>
    public double P50 => Value(_p50);

    public double P95 => Value(_p95);

    public double P99 => Value(_p99);

    /// <summary>Takes a duration in milliseconds: a number, not negative.</summary>
    public void Add(double milliseconds)
    {
        var bucket = (int)Math.Clamp((BitConverter.DoubleToInt64Bits(milliseconds) >> Shift) - FirstBucket, 0, BucketCount - 1);
        var before = _buckets[bucket];
        var after = (float)(before + _weight);
        _buckets[bucket] = after;

        // What the bucket really took, after rounding: so the sums below the percentiles stay the sums of the buckets.
        var added = (double)after - before;
        _total += added;
        Move(ref _p50, 0.50, bucket, added);
        Move(ref _p95, 0.95, bucket, added);
        Move(ref _p99, 0.99, bucket, added);

        _weight *= _growth;
        if (_weight > ScaleDownAt)
        {
            ScaleDown();
        }
    }

    private void Move(ref Cursor cursor, double share, int bucket, double added)
    {
        if (bucket < cursor.Bucket)
        {
            cursor.Below += added;
        }

        var target = share * _total;
        while (cursor.Bucket > 0 && cursor.Below >= target)
        {
            cursor.Bucket--;
            cursor.Below = cursor.Bucket == 0 ? 0 : cursor.Below - _buckets[cursor.Bucket];
        }

        while (cursor.Bucket < BucketCount - 1 && cursor.Below + _buckets[cursor.Bucket] < target)
        {
            cursor.Below += _buckets[cursor.Bucket];
            cursor.Bucket++;
        }
    }

    private void ScaleDown()
    {
        var factor = (float)(1 / _weight);
        _total = 0;
        for (var i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] *= factor;
            _total += _buckets[i];
        }

        _weight = 1;
        Recount(ref _p50, 0.50);
        Recount(ref _p95, 0.95);
        Recount(ref _p99, 0.99);
    }

    private void Recount(ref Cursor cursor, double share)
    {
        cursor = default;
        Move(ref cursor, share, bucket: 0, added: 0);
    }

    private double Value(Cursor cursor) => _total > 0 ? Values[cursor.Bucket] : 0;

    private static double ValueOf(int bucket)
    {
        var low = BitConverter.Int64BitsToDouble((FirstBucket + bucket) << Shift);
        var high = BitConverter.Int64BitsToDouble((FirstBucket + bucket + 1) << Shift);
        return 2 * low * high / (low + high);
    }

    /// <summary>Where a percentile stands: the smallest bucket up to which its share of the weight lies, and the weight of the buckets below.</summary>
    private struct Cursor
    {
        public int Bucket;
        public double Below;
    }
}
