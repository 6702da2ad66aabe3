using System.Runtime.InteropServices;

namespace HybridLlm.Tool.Learning;

/// <summary>Finds how similar a text is to each of those learned from: the cosine of their terms.</summary>
internal sealed class TermIndex
{
    private readonly TermWeights _weights;
    private readonly List<(int Text, float Value)>[] _texts;

    /// <param name="texts">The terms of each text learned from.</param>
    public TermIndex(IReadOnlyList<Dictionary<uint, int>> texts)
    {
        _weights = new(texts);
        _texts = new List<(int, float)>[_weights.Count];
        for (var text = 0; text < texts.Count; text++)
        {
            var (ids, values) = _weights.Weigh(texts[text]);
            for (var i = 0; i < ids.Length; i++)
            {
                (_texts[ids[i]] ??= []).Add((text, values[i]));
            }
        }
    }

    /// <summary>Adds the cosines of a text to a row.</summary>
    /// <param name="counts">The terms of the text.</param>
    /// <param name="scale">What each cosine is multiplied by.</param>
    /// <param name="row">The row, one number for each text learned from.</param>
    public void AddCosines(Dictionary<uint, int> counts, float scale, Span<float> row)
    {
        var (ids, values) = _weights.Weigh(counts);
        for (var i = 0; i < ids.Length; i++)
        {
            var value = scale * values[i];
            foreach (var (text, other) in CollectionsMarshal.AsSpan(_texts[ids[i]]))
            {
                row[text] += value * other;
            }
        }
    }
}
