namespace HybridLlm.Classification;

/// <summary>Turns logits into probabilities that mean what they say.</summary>
/// <remarks>A temperature spreads all of them; a rising line through a few points then says how often the first one is right when it is this sure.</remarks>
internal sealed class Calibration
{
    private readonly float[] _from;
    private readonly float[] _to;

    /// <param name="temperature">What logits are divided by.</param>
    /// <param name="from">Probabilities of the likeliest, rising.</param>
    /// <param name="to">How often it is right at each, rising.</param>
    public Calibration(float temperature, float[] from, float[] to)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(from.Length, to.Length);
        ArgumentOutOfRangeException.ThrowIfZero(from.Length);
        Temperature = temperature;
        _from = from;
        _to = to;
    }

    /// <summary>Gets what logits are divided by.</summary>
    public float Temperature { get; }

    /// <summary>Gets the probabilities at which the line bends.</summary>
    public ReadOnlySpan<float> From => _from;

    /// <summary>Gets the confidences at which the line bends.</summary>
    public ReadOnlySpan<float> To => _to;

    /// <summary>Turns logits into probabilities, in place.</summary>
    /// <returns>The place of the likeliest.</returns>
    public int Spread(Span<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
            {
                best = i;
            }
        }

        var top = logits[best];
        var sum = 0f;
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = MathF.Exp((logits[i] - top) / Temperature);
            sum += logits[i];
        }

        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] /= sum;
        }

        return best;
    }

    /// <summary>Gets how often the likeliest is right when it is this probable.</summary>
    public double Confidence(float probability)
    {
        var i = 0;
        while (i < _from.Length && _from[i] < probability)
        {
            i++;
        }

        if (i == 0)
        {
            return _to[0];
        }

        if (i == _from.Length)
        {
            return _to[^1];
        }

        var width = _from[i] - _from[i - 1];
        var share = width <= 0 ? 1 : (probability - _from[i - 1]) / width;
        return _to[i - 1] + (share * (_to[i] - _to[i - 1]));
    }

    internal static Calibration Read(ref ClassifierModel.Reader reader)
    {
        var temperature = reader.Float();
        var points = reader.Int();
        return new(temperature, reader.Floats(new float[points]), reader.Floats(new float[points]));
    }
}
