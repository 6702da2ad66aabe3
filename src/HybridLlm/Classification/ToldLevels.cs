using System.Collections;
using System.Runtime.Intrinsics;

namespace HybridLlm.Classification;

/// <summary>How likely each level is, and what that was told from: it can be told anew when somebody else says what the prompt is. Safe for concurrent use.</summary>
/// <remarks>
/// It travels as <see cref="TaskProfile.ComplexityProbabilities"/>, not beside them: whoever replaces the probabilities replaces what they were told from too, so a
/// second opinion never tells levels anew from what no longer holds; and the profile needs no member that only this library can use.
/// </remarks>
internal sealed class ToldLevels : IReadOnlyList<double>
{
    private readonly LevelLayer _layer;
    private readonly Vector128<float> _words;
    private readonly Vector128<float> _circumstances;
    private readonly Vector128<float> _shares;
    private readonly string? _type;
    private ToldLevels? _known;

    /// <param name="layer">The layer that tells.</param>
    /// <param name="words">The logits of the levels, before the types are heard.</param>
    /// <param name="circumstances">The circumstances.</param>
    /// <param name="types">What the prompt is taken for.</param>
    public ToldLevels(LevelLayer layer, Vector128<float> words, Vector128<float> circumstances, ReadOnlySpan<TaskCandidate> types)
    {
        (_layer, _words, _circumstances) = (layer, words, circumstances);
        var logits = words;
        foreach (ref readonly var type in types)
        {
            logits = layer.Add(logits, circumstances, type);
        }

        Span<float> shares = stackalloc float[Vector128<float>.Count];
        logits.CopyTo(shares);
        Likeliest = (ComplexityLevel)layer.Calibration.Spread(shares[..ClassifierModel.Levels]);
        _shares = Vector128.Create<float>(shares);
    }

    private ToldLevels(LevelLayer layer, Vector128<float> words, Vector128<float> circumstances, string type)
        : this(layer, words, circumstances, [new(type, 1)]) => _type = type;

    /// <summary>Gets the likeliest level.</summary>
    public ComplexityLevel Likeliest { get; }

    /// <summary>Gets how often the likeliest level is right when it is this likely.</summary>
    public double Confidence => _layer.Calibration.Confidence(_shares[(int)Likeliest]);

    /// <inheritdoc/>
    public int Count => ClassifierModel.Levels;

    /// <inheritdoc/>
    public double this[int index] => index < Count ? _shares[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Tells levels of the same prompt, taken for something else.</summary>
    public ToldLevels Given(ReadOnlySpan<TaskCandidate> types) => new(_layer, _words, _circumstances, types);

    /// <summary>Tells levels of the same prompt, which is known to be of a type; where the layer does not know the type, they stay as they are.</summary>
    public ToldLevels Known(string type)
    {
        // Who reads a prompt again mostly knows the same of it.
        if (Volatile.Read(ref _known) is { } known && known._type == type)
        {
            return known;
        }

        if (!PromptClassifier.Tasks.Contains(type))
        {
            return this;
        }

        known = new(_layer, _words, _circumstances, type);
        Volatile.Write(ref _known, known);
        return known;
    }

    /// <inheritdoc/>
    public IEnumerator<double> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
