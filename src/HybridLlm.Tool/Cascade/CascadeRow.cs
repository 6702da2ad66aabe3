namespace HybridLlm.Tool.Cascade;

/// <summary>A prompt with the answer of a weak model, whether it was right, and whether a strong model was.</summary>
internal sealed record CascadeRow
{
    public required string Prompt { get; init; }

    public required string WeakAnswer { get; init; }

    public bool? WeakCorrect { get; init; }

    public bool? StrongCorrect { get; init; }

    /// <summary>Says what a row lacks to be learned from.</summary>
    public static string? WhyNotLearnable(CascadeRow row) => row.WeakCorrect is null
        ? "the row has no weak_correct, so nothing can be learned from it. Add whether the weak answer was right (true or false), or leave the row out."
        : null;
}
