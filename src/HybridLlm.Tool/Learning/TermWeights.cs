namespace HybridLlm.Tool.Learning;

/// <summary>Which terms count and how much: more the rarer they are in the texts learned from. A term that only one of them has says nothing about others and is left out.</summary>
internal sealed class TermWeights
{
    private const int FewestTexts = 2;

    private readonly Dictionary<uint, (int Id, float Weight)> _terms = [];

    /// <param name="texts">The terms of each text learned from.</param>
    public TermWeights(IReadOnlyCollection<Dictionary<uint, int>> texts)
    {
        var frequencies = new Dictionary<uint, int>();
        foreach (var term in texts.SelectMany(static counts => counts.Keys))
        {
            frequencies[term] = frequencies.GetValueOrDefault(term) + 1;
        }

        foreach (var (term, frequency) in frequencies)
        {
            if (frequency >= FewestTexts)
            {
                _terms[term] = (_terms.Count, 1 + MathF.Log((1f + texts.Count) / (1f + frequency)));
            }
        }
    }

    /// <summary>Gets the number of terms that count.</summary>
    public int Count => _terms.Count;

    /// <summary>Weighs the terms of a text; the result has length 1, or nothing in it.</summary>
    public SparseVector Weigh(Dictionary<uint, int> counts)
    {
        var ids = new List<int>(counts.Count);
        var values = new List<float>(counts.Count);
        var squares = 0.0;
        foreach (var (term, count) in counts)
        {
            if (_terms.TryGetValue(term, out var known))
            {
                var value = known.Weight * (1 + MathF.Log(count));
                ids.Add(known.Id);
                values.Add(value);
                squares += (double)value * value;
            }
        }

        var scale = squares > 0 ? (float)(1 / Math.Sqrt(squares)) : 0;
        return new([.. ids], [.. values.Select(value => value * scale)]);
    }
}
