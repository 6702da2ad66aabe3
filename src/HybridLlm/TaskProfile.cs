namespace HybridLlm;

/// <summary>What a request is and what it needs of a model.</summary>
public sealed record TaskProfile
{
    /// <summary>Gets the task type (see <see cref="TaskTypes"/>).</summary>
    public string TaskType { get; init; } = TaskTypes.General;

    /// <summary>Gets how strong a model the request needs.</summary>
    public ComplexityLevel Complexity { get; init; } = ComplexityLevel.Medium;

    /// <summary>Gets how sure the task type is, from 0 to 1.</summary>
    public double TaskConfidence { get; init; }

    /// <summary>Gets how sure the complexity is, from 0 to 1.</summary>
    public double ComplexityConfidence { get; init; }

    /// <summary>Gets how strong a model the request needs, from 0 to 10: up to 3.5 simple, up to 6.5 medium, above complex.</summary>
    public double ComplexityScore { get; init; } = 5;

    /// <summary>
    /// Gets the types that the prompt may be of, likeliest first, at most three; empty when the type is certain or the prompt was not read.
    /// </summary>
    public IReadOnlyList<TaskCandidate> Candidates { get; init; } = [];

    /// <summary>
    /// Gets how likely each level of complexity is, from <see cref="ComplexityLevel.Simple"/> to <see cref="ComplexityLevel.Complex"/>, together 1; empty when
    /// nobody guessed. The likeliest is not always <see cref="Complexity"/>, which the caller may have given.
    /// </summary>
    public IReadOnlyList<double> ComplexityProbabilities { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether the prompt was read but says too little: the type is <see cref="TaskTypes.General"/> then, and the complexity medium.
    /// </summary>
    public bool Abstained { get; init; }

    /// <summary>Gets the human language of the prompt as an ISO 639-1 code; <see langword="null"/> when it is not clear or the prompt was not read.</summary>
    public string? Language { get; init; }

    /// <summary>Gets what shows in the prompt.</summary>
    public PromptSigns Signs { get; init; }

    /// <summary>Gets how many file names and paths the prompt holds; 0 when it was not read.</summary>
    public int Files { get; init; }

    /// <summary>Gets what the prompt is about, such as <c>security</c>, <c>legal</c> or <c>database</c>; at most eight, none when the prompt was not read.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>Gets an estimate of the prompt's length, in tokens.</summary>
    public int EstimatedInputTokens { get; init; }

    /// <summary>Gets an estimate of the answer's length, in tokens; 0 when there is none.</summary>
    public int EstimatedOutputTokens { get; init; }

    /// <summary>Gets the features without which a model cannot serve the request.</summary>
    public LlmFeatures RequiredFeatures { get; init; }

    /// <summary>Gets who said what the request is.</summary>
    public ProfileSource Source { get; init; }
}
