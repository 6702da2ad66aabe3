namespace HybridLlm.Classification;

/// <summary>
/// Remembers the verdicts on the texts seen last: a plan and the request that follows it, the steps of an agent and the tries of a caller ask for the same again.
/// Safe for concurrent use.
/// </summary>
internal sealed class RecentVerdicts(PromptClassifier classifier)
{
    /// <summary>How many texts are remembered at most; a power of two.</summary>
    public const int Slots = 256;

    /// <summary>Longer texts are not remembered, which bounds the memory to two megabytes.</summary>
    public const int LongestText = 4096;

    private readonly Entry?[] _entries = new Entry?[Slots];

    public PromptVerdict Classify(string text)
    {
        if (text.Length > LongestText)
        {
            return classifier.Classify(text);
        }

        ref var slot = ref _entries[text.GetHashCode(StringComparison.Ordinal) & (Slots - 1)];
        if (Volatile.Read(ref slot) is { } known && known.Text == text)
        {
            return known.Verdict;
        }

        var verdict = classifier.Classify(text);
        Volatile.Write(ref slot, new(text, verdict));
        return verdict;
    }

    private sealed class Entry(string text, PromptVerdict verdict)
    {
        public string Text { get; } = text;

        public PromptVerdict Verdict { get; } = verdict;
    }
}
