namespace HybridLlm.Classification;

/// <summary>What the model says of a text.</summary>
internal readonly record struct PromptVerdict
{
    /// <summary>Gets the likeliest types, likeliest first.</summary>
    public required TaskCandidate[] Candidates { get; init; }

    /// <summary>Gets how often the likeliest type is right when the model is this sure.</summary>
    public required double TaskConfidence { get; init; }

    /// <summary>Gets the level.</summary>
    public required ComplexityLevel Level { get; init; }

    /// <summary>Gets how likely each level is; empty when no word of the text is known.</summary>
    public required double[] Levels { get; init; }

    /// <summary>Gets how often the level is right when the model is this sure.</summary>
    public required double LevelConfidence { get; init; }

    /// <summary>Gets the complexity, 0 to 10, inside the band of the level.</summary>
    public required double Score { get; init; }

    /// <summary>Gets the language.</summary>
    public required string? Language { get; init; }

    /// <summary>Gets what shows in the text.</summary>
    public required PromptSigns Signs { get; init; }

    /// <summary>Gets the number of file names and paths.</summary>
    public required int Files { get; init; }

    /// <summary>Gets what the text is about.</summary>
    public required IReadOnlyList<string> Keywords { get; init; }

    /// <summary>Gets the number of words.</summary>
    public required int Words { get; init; }
}
