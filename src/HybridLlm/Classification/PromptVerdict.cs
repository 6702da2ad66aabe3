namespace HybridLlm.Classification;

/// <summary>What the model says of a text.</summary>
internal readonly record struct PromptVerdict
{
    /// <summary>Gets the likeliest types, likeliest first.</summary>
    public required TaskCandidate[] Candidates { get; init; }

    /// <summary>Gets how often the likeliest type is right when the model is this sure.</summary>
    public required double TaskConfidence { get; init; }

    /// <summary>Gets how likely each level is; of no worth when no word of the text is known.</summary>
    public required ToldLevels Levels { get; init; }

    /// <summary>Gets a value indicating whether a word of the text is known: without one, only its length and layout speak.</summary>
    public required bool KnowsAWord { get; init; }

    /// <summary>Gets the place among the prompts of one level, from 0 to 1: what share of prompts is expected to be failed by fewer models.</summary>
    public required double Place { get; init; }

    /// <summary>Gets the complexity, 0 to 10, inside the band of the likeliest level.</summary>
    public double Score => ComplexityScore.At(Levels.Likeliest, Place);

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
