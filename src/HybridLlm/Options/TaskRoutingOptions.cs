namespace HybridLlm;

/// <summary>The routing policy of one task type.</summary>
public sealed class TaskRoutingOptions
{
    /// <summary>Gets the models that may serve the task, the preferred one first. Empty: all.</summary>
    public IList<string> Models { get; } = [];

    /// <summary>Gets or sets the model that is preferred while nothing is measured; <see langword="null"/> for none.</summary>
    public string? Default { get; set; }

    /// <summary>Gets or sets how the score is made up; <see langword="null"/> for the built-in weights of the task type.</summary>
    public ScoreWeights? Weights { get; set; }

    /// <summary>
    /// Gets or sets the confidence in an answer below which a stronger model is asked, 0 (never) to 1; <see langword="null"/> for
    /// <see cref="RoutingOptions.EscalationThreshold"/>.
    /// </summary>
    public double? EscalationThreshold { get; set; }
}
