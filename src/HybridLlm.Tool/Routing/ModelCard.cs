namespace HybridLlm.Tool.Routing;

/// <summary>What is known of a model beforehand.</summary>
internal sealed record ModelCard
{
    /// <summary>Its size, in billions of parameters.</summary>
    public double ParametersB { get; init; }

    /// <summary>What a token of it costs, relative to the others.</summary>
    public double RelativePrice { get; init; }
}
