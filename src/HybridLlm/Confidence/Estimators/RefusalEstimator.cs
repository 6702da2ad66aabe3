namespace HybridLlm.Confidence.Estimators;

/// <summary>Sees refusals and hedging in the first and last sentences of an answer, where they stand; in the middle such words are mostly quoted.</summary>
internal sealed class RefusalEstimator : IConfidenceEstimator
{
    private const int Beginning = 240;
    private const int End = 160;

    private static readonly string[] Refusals =
    [
        "i can't help", "i cannot help", "i can't assist", "i cannot assist", "i'm unable to", "i am unable to", "i'm not able to", "i am not able to",
        "i can't answer", "i cannot answer", "i cannot provide", "i can't provide", "i cannot fulfill", "i can't fulfill", "i don't know", "i do not know", "i have no information",
        "i don't have information", "i don't have access", "i do not have access", "i'm sorry, but", "i am sorry, but", "i apologize, but", "as an ai",
        "as a language model", "i don't understand", "i do not understand", "cannot be determined", "please provide more",
        "ich kann ihnen dabei nicht", "ich kann dir dabei nicht", "das weiß ich nicht", "ich weiß nicht", "ich weiß es nicht", "als ki-", "als sprachmodell", "ich bin nicht in der lage", "tut mir leid, aber",
        "je ne peux pas", "je ne sais pas", "je suis désolé, mais", "en tant qu'ia", "en tant que modèle",
        "no puedo ayudar", "no lo sé", "no sé", "lo siento, pero", "como modelo de lenguaje", "non posso aiutar", "non lo so", "mi dispiace, ma",
    ];

    private static readonly string[] Hedges =
    [
        "i'm not sure", "i am not sure", "i'm not certain", "i am not certain", "i may be wrong", "i might be wrong", "i could be wrong", "hard to say",
        "i'm guessing", "my best guess", "not entirely sure", "without more context", "without more information", "it is unclear", "it's unclear", "i believe, but", "i think, but",
        "ich bin nicht sicher", "ich bin mir nicht sicher", "vermutlich, aber", "schwer zu sagen", "je ne suis pas sûr", "difficile à dire", "no estoy seguro", "non sono sicuro",
    ];

    /// <inheritdoc/>
    public string Name => "refusal";

    /// <inheritdoc/>
    public bool ReadsBeginnings => true;

    /// <inheritdoc/>
    public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        var text = context.Text.AsSpan().Trim();
        var beginning = text[..Math.Min(Beginning, text.Length)];
        var end = text.Length > Beginning + End ? text[^End..] : [];
        if (Find(beginning, Refusals) is { } refusal && !IsAskedFor(context.Prompt, refusal))
        {
            // A short text is a refusal and nothing else; a long one goes on to answer more often than not.
            return Signal(text.Length <= 2 * Beginning ? 0.05 : 0.25, $"it begins like a refusal ('{refusal}')");
        }

        return (Find(beginning, Hedges) ?? Find(end, Hedges)) is { } hedge && !IsAskedFor(context.Prompt, hedge)
            ? Signal(0.3, $"it hedges ('{hedge}')")
            : default;
    }

    /// <summary>Words that the prompt holds itself are quoted or translated rather than meant.</summary>
    private static bool IsAskedFor(string prompt, string words) => prompt.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static string? Find(ReadOnlySpan<char> text, string[] phrases)
    {
        if (text.IsEmpty)
        {
            return null;
        }

        // Typographic apostrophes are as common in answers as plain ones.
        Span<char> plain = stackalloc char[text.Length];
        text.Replace(plain, '’', '\'');
        foreach (var phrase in phrases)
        {
            if (((ReadOnlySpan<char>)plain).Contains(phrase, StringComparison.OrdinalIgnoreCase))
            {
                return phrase;
            }
        }

        return null;
    }

    private ValueTask<ConfidenceSignal?> Signal(double score, string words) => new(new ConfidenceSignal(Name, score, words));
}
