namespace HybridLlm;

/// <summary>What differs for a model at one task type.</summary>
public sealed class ModelTaskOptions
{
    /// <summary>Gets or sets whether the model is meant for the task. <see langword="false"/> keeps it off.</summary>
    public bool? Suitable { get; set; }

    /// <summary>Gets or sets the assumed quality at the task, 0 to 1.</summary>
    public double? Quality { get; set; }

    /// <summary>Gets or sets the assumed speed at the task, 0 to 1.</summary>
    public double? Speed { get; set; }

    /// <summary>Gets or sets the temperature, 0 to 2.</summary>
    public float? Temperature { get; set; }

    /// <summary>Gets or sets the share of probability that is sampled from, above 0 to 1.</summary>
    public float? TopP { get; set; }

    /// <summary>Gets or sets how many tokens an answer may have, above 0.</summary>
    public int? MaxTokens { get; set; }
}
