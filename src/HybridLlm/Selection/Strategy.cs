namespace HybridLlm.Selection;

/// <summary>How routes are put in order: by one set of weights while nothing is measured, by another as evidence comes.</summary>
/// <param name="Cold">The weights while nothing is measured: the static strategy.</param>
/// <param name="Measured">The weights towards which evidence moves.</param>
/// <param name="ColdWords">The strategy in words while nothing is measured.</param>
internal sealed record Strategy(Weights Cold, Weights Measured, string ColdWords)
{
    /// <summary>The strategy for requests to which the time until the answer matters most.</summary>
    public static Strategy ResponseTime { get; } = new(Weights.Fastest, new(0, 0.15, 0.85, 0), "response time matters most: the fastest model by its profile");

    /// <summary>The strategy for requests to which the quality of the answer matters most.</summary>
    public static Strategy BestQuality { get; } = new(Weights.BestQuality, new(0.75, 0.25, 0, 0), "quality matters most: the best model by its profile");

    /// <summary>Gets whether the weights of the task decide, rather than a priority that the request names. Only then do preferences and the boost count.</summary>
    public bool IsBalanced { get; init; }

    /// <summary>Gets the strategy in words once something is measured.</summary>
    public string MeasuredWords { get; } = $"measured performance, moving towards the weights {Measured}";
}
