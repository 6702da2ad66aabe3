namespace HybridLlm.Tool.Learning;

/// <summary>Finds how near in meaning a text is to each of those learned from: the cosine of their vectors, without what all of them have in common.</summary>
internal sealed class MeaningIndex
{
    private readonly float[] _mean;
    private readonly float[][] _texts;

    private MeaningIndex(float[][] texts)
    {
        _mean = new float[texts[0].Length];
        foreach (var text in texts)
        {
            Vectors.AddScaled(text, 1f / texts.Length, _mean);
        }

        _texts = [.. texts.Select(Centre)];
    }

    /// <summary>Indexes texts.</summary>
    /// <returns><see langword="null"/> when there is a text whose meaning is not known.</returns>
    public static MeaningIndex? Of(IReadOnlyList<Features> texts)
    {
        var meanings = texts.Select(static text => text.Meaning).OfType<float[]>().ToArray();
        return meanings.Length == texts.Count && texts.Count > 0 ? new(meanings) : null;
    }

    /// <summary>Adds the cosines of a text to a row.</summary>
    /// <param name="meaning">What the text means.</param>
    /// <param name="scale">What each cosine is multiplied by.</param>
    /// <param name="row">The row, one number for each text learned from.</param>
    public void AddCosines(ReadOnlySpan<float> meaning, float scale, Span<float> row)
    {
        var centred = Centre(meaning);
        for (var i = 0; i < _texts.Length; i++)
        {
            row[i] += scale * Vectors.Dot(centred, _texts[i]);
        }
    }

    private float[] Centre(float[] meaning) => Centre(meaning.AsSpan());

    private float[] Centre(ReadOnlySpan<float> meaning)
    {
        var centred = meaning.ToArray();
        Vectors.AddScaled(_mean, -1, centred);
        var length = MathF.Sqrt(Vectors.Dot(centred, centred));

        // A text that means what all mean has no direction of its own.
        var scale = length > 1e-6f ? 1 / length : 0;
        foreach (ref var value in centred.AsSpan())
        {
            value *= scale;
        }

        return centred;
    }
}
