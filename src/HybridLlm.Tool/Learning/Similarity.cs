namespace HybridLlm.Tool.Learning;

/// <summary>How similar texts are to those learned from: in words, in runs of characters, in how they are built, and in what they mean.</summary>
/// <remarks>
/// A sum of five kernels: the cosines of words and of runs of characters, weighted by rarity; of the signs their product and a Gaussian of their distance; and the
/// cosine of meanings, where those of all texts are known.
/// </remarks>
internal sealed class Similarity
{
    private const float Nearness = 0.5f;

    private readonly Features[] _rows;
    private readonly Weights _weights;
    private readonly TermIndex _words;
    private readonly TermIndex _characters;
    private readonly SignScale _scale;
    private readonly float[][] _signs;
    private readonly MeaningIndex? _meanings;

    /// <param name="rows">The features of the texts learned from.</param>
    /// <param name="weights">How much each kernel counts.</param>
    public Similarity(IReadOnlyList<Features> rows, Weights weights)
    {
        _rows = [.. rows];
        _weights = weights;
        _words = new(weights.Words == 0 ? [] : [.. rows.Select(static row => row.Words)]);
        _characters = new(weights.Characters == 0 ? [] : [.. rows.Select(static row => row.Characters)]);
        _scale = new([.. rows.Select(static row => row.Signs)]);
        _signs = [.. rows.Select(row => _scale.Scale(row.Signs))];
        _meanings = weights.Meaning == 0 ? null : MeaningIndex.Of(rows);
    }

    /// <summary>Gets the number of texts learned from.</summary>
    public int Count => _rows.Length;

    /// <summary>Computes how similar the texts learned from are to one another, row after row.</summary>
    public float[] All(CancellationToken cancellationToken)
    {
        var kernel = new float[checked(Count * Count)];
        for (var i = 0; i < Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Fill(_rows[i], kernel.AsSpan(i * Count, Count));
        }

        return kernel;
    }

    /// <summary>Computes how similar a text is to each of those learned from.</summary>
    public float[] To(Features text)
    {
        var row = new float[Count];
        Fill(text, row);
        return row;
    }

    private void Fill(Features text, Span<float> row)
    {
        if (_weights.Words != 0)
        {
            _words.AddCosines(text.Words, _weights.Words, row);
        }

        if (_weights.Characters != 0)
        {
            _characters.AddCosines(text.Characters, _weights.Characters, row);
        }

        if (text.Meaning is { } meaning)
        {
            _meanings?.AddCosines(meaning, _weights.Meaning, row);
        }

        if (_weights.Signs == 0 && _weights.Shape == 0)
        {
            return;
        }

        var signs = _scale.Scale(text.Signs);
        var length = Vectors.Dot(signs, signs);
        for (var i = 0; i < _signs.Length; i++)
        {
            var product = Vectors.Dot(signs, _signs[i]);
            var distance = length + Vectors.Dot(_signs[i], _signs[i]) - (2 * product);
            row[i] += (_weights.Signs * product / signs.Length) + (_weights.Shape * MathF.Exp(-Nearness * distance / signs.Length));
        }
    }

    /// <summary>How much each kernel counts.</summary>
    /// <param name="Words">The cosine of words and pairs of words.</param>
    /// <param name="Characters">The cosine of runs of characters.</param>
    /// <param name="Signs">The product of the signs: what grows with them.</param>
    /// <param name="Shape">The nearness of the signs: what is alike in all of them.</param>
    /// <param name="Meaning">The cosine of meanings.</param>
    public sealed record Weights(float Words, float Characters, float Signs, float Shape, float Meaning = 0);
}
