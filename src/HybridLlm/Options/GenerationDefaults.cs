namespace HybridLlm;

/// <summary>Sampling parameters for requests of which neither caller, task nor model says anything.</summary>
public sealed class GenerationDefaults
{
    /// <summary>Gets or sets the temperature, 0 to 2; <see langword="null"/> leaves it to the backend.</summary>
    public float? Temperature { get; set; }

    /// <summary>Gets or sets the share of probability that is sampled from, above 0 to 1; <see langword="null"/> leaves it to the backend.</summary>
    public float? TopP { get; set; }

    /// <summary>Gets or sets how many tokens an answer may have, above 0; <see langword="null"/> leaves it to the backend.</summary>
    public int? MaxTokens { get; set; }
}
