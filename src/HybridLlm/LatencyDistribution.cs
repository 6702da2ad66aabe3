namespace HybridLlm;

/// <summary>How durations are distributed, so that distributions can be added up and percentiles read from the sum. Not safe for concurrent use.</summary>
/// <remarks>
/// An octave is cut into 16 buckets of equal width: the number of a bucket is the exponent and the first 4 bits of the mantissa of the milliseconds as a
/// <see cref="double"/>, counted from that of 0.125 ms. A percentile is the value inside its bucket whose relative error is the same at both ends, so it is at most
/// <see cref="RelativeError"/> off. That holds from 0.125 ms to 4.6 hours; what is beyond is counted in the bucket at the end.
/// </remarks>
public sealed class LatencyDistribution
{
    /// <summary>The largest relative error of a percentile: 1/33, 3 %.</summary>
    public const double RelativeError = 1.0 / 33;

    /// <summary>How many buckets there are. Their numbers begin with 0.</summary>
    public const int BucketCount = 27 << BitsPerOctave;

    private const int BitsPerOctave = 4;
    private const int Shift = 52 - BitsPerOctave;

    private static readonly long FirstBucket = BitConverter.DoubleToInt64Bits(0.125) >> Shift;

    // Sorted by bucket. Durations of one model at one task fall into few buckets, and there are many distributions.
    private readonly List<KeyValuePair<int, long>> _buckets = [];

    /// <summary>Gets how many durations were added.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the buckets that hold something, with what they hold, in order.</summary>
    public IReadOnlyList<KeyValuePair<int, long>> Buckets => _buckets;

    /// <summary>Finds the bucket of a duration.</summary>
    /// <param name="milliseconds">The duration: a number, not negative.</param>
    /// <returns>The number of the bucket, from 0 to below <see cref="BucketCount"/>.</returns>
    public static int BucketOf(double milliseconds) =>
        (int)Math.Clamp((BitConverter.DoubleToInt64Bits(milliseconds) >> Shift) - FirstBucket, 0, BucketCount - 1);

    /// <summary>Adds a duration.</summary>
    /// <param name="milliseconds">The duration: a number, not negative.</param>
    public void Add(double milliseconds) => Add(BucketOf(milliseconds), 1);

    /// <summary>Adds durations that were counted elsewhere.</summary>
    /// <param name="bucket">The number of their bucket.</param>
    /// <param name="count">How many there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bucket, or <paramref name="count"/> is negative.</exception>
    public void Add(int bucket, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bucket);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bucket, BucketCount);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count == 0)
        {
            return;
        }

        Count += count;
        var index = Find(bucket);
        if (index < _buckets.Count && _buckets[index].Key == bucket)
        {
            _buckets[index] = new(bucket, _buckets[index].Value + count);
        }
        else
        {
            _buckets.Insert(index, new(bucket, count));
        }
    }

    /// <summary>Adds another distribution.</summary>
    /// <param name="other">The other one.</param>
    public void Add(LatencyDistribution other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (bucket, count) in other._buckets)
        {
            Add(bucket, count);
        }
    }

    /// <summary>Reads a percentile.</summary>
    /// <param name="share">Which one, above 0 up to 1: 0.5 is the median.</param>
    /// <returns>The duration in milliseconds within which that share of the durations lies; <see langword="null"/> when there are none.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is not above 0 and at most 1.</exception>
    public double? Percentile(double share)
    {
        if (!(share is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "A percentile is asked for as a share above 0 and up to 1.");
        }

        var rank = share * Count;
        long below = 0;
        foreach (var (bucket, count) in _buckets)
        {
            below += count;
            if (below >= rank)
            {
                return ValueOf(bucket);
            }
        }

        return null;
    }

    private static double ValueOf(int bucket)
    {
        var low = BitConverter.Int64BitsToDouble((FirstBucket + bucket) << Shift);
        var high = BitConverter.Int64BitsToDouble((FirstBucket + bucket + 1) << Shift);
        return 2 * low * high / (low + high);
    }

    private int Find(int bucket)
    {
        var (low, high) = (0, _buckets.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _buckets[middle].Key < bucket ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
