namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>Brings each token's numbers to mean 0 and variance 1, then scales and shifts them as learned.</summary>
internal sealed class Normalization(GgufFile file, string name)
{
    private const float Epsilon = 1e-12f;

    private readonly float[] _scale = file.Floats(name + ".weight");
    private readonly float[] _shift = file.Floats(name + ".bias");

    /// <summary>Adds what a layer made of its input, then normalizes.</summary>
    public void AddAndApply(Span<float> hidden, ReadOnlySpan<float> added)
    {
        for (var i = 0; i < hidden.Length; i++)
        {
            hidden[i] += added[i];
        }

        Apply(hidden);
    }

    /// <summary>Normalizes each token.</summary>
    public void Apply(Span<float> hidden)
    {
        var width = _scale.Length;
        for (var at = 0; at < hidden.Length; at += width)
        {
            var row = hidden.Slice(at, width);
            var mean = 0f;
            foreach (var value in row)
            {
                mean += value;
            }

            mean /= width;
            var variance = 0f;
            foreach (var value in row)
            {
                variance += (value - mean) * (value - mean);
            }

            var factor = 1 / MathF.Sqrt((variance / width) + Epsilon);
            for (var i = 0; i < width; i++)
            {
                row[i] = ((row[i] - mean) * factor * _scale[i]) + _shift[i];
            }
        }
    }
}
