namespace HybridLlm.Tool.Learning;

/// <summary>Brings signs of different kinds to one scale: mean 0 and variance 1 over the rows learned from, and nothing beyond four of these.</summary>
internal sealed class SignScale
{
    private const float Farthest = 4;
    private const double SmallestDeviation = 1e-6;

    private readonly float[] _mean;
    private readonly float[] _factor;

    /// <param name="rows">The signs of each row learned from.</param>
    public SignScale(IReadOnlyList<float[]> rows)
    {
        var width = rows.Count == 0 ? 0 : rows[0].Length;
        _mean = new float[width];
        _factor = new float[width];
        for (var i = 0; i < width; i++)
        {
            var mean = rows.Average(row => (double)row[i]);
            var deviation = Math.Sqrt(rows.Average(row => (row[i] - mean) * (row[i] - mean)));
            _mean[i] = (float)mean;

            // A sign that is the same everywhere says nothing.
            _factor[i] = deviation < SmallestDeviation ? 0 : (float)(1 / deviation);
        }
    }

    /// <summary>Gets the number of signs.</summary>
    public int Width => _mean.Length;

    /// <summary>Scales the signs of a row.</summary>
    public float[] Scale(ReadOnlySpan<float> signs)
    {
        var scaled = new float[Width];
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] = Math.Clamp((signs[i] - _mean[i]) * _factor[i], -Farthest, Farthest);
        }

        return scaled;
    }
}
