namespace HybridLlm.Tool.StrongWeak;

/// <summary>A prompt, and whether a weak and a strong model answered it right. A subject, if there is one, is not read.</summary>
internal sealed record StrongWeakRow
{
    public required string Prompt { get; init; }

    public bool? WeakCorrect { get; init; }

    public bool? StrongCorrect { get; init; }

    /// <summary>Says what a row lacks to be learned from.</summary>
    public static string? WhyNotLearnable(StrongWeakRow row) => row switch
    {
        { WeakCorrect: null } => "the row has no weak_correct, so nothing can be learned from it. Add whether the weak model was right (true or false), or leave the row out.",
        { StrongCorrect: null } => "the row has no strong_correct, so nothing can be learned from it. Add whether the strong model was right (true or false), or leave the row out.",
        _ => null,
    };
}
