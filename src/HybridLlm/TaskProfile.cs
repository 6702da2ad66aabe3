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

    /// <summary>Gets an estimate of the prompt's length, in tokens.</summary>
    public int EstimatedInputTokens { get; init; }

    /// <summary>Gets the features without which a model cannot serve the request.</summary>
    public LlmFeatures RequiredFeatures { get; init; }

    /// <summary>Gets who said what the request is.</summary>
    public ProfileSource Source { get; init; }
}
