namespace HybridLlm;

/// <summary>One way to answer the requests of an experiment. What is not set stays as it would be without the experiment.</summary>
public sealed class VariantOptions
{
    /// <summary>Gets or sets the weight: requests are shared out in proportion. 0 gives it none. Default: 1.</summary>
    public double Weight { get; set; } = 1;

    /// <summary>Gets or sets the model that is asked first, by name or alias; <see langword="null"/> for the one that the router chooses.</summary>
    public string? Model { get; set; }

    /// <summary>Gets or sets the system prompt, which takes the place of the request's own.</summary>
    public string? SystemPrompt { get; set; }

    /// <summary>Gets or sets what the user's last message is put into, with <c>{prompt}</c> where its text goes.</summary>
    public string? Template { get; set; }

    /// <summary>Gets or sets the temperature, 0 to 2.</summary>
    public float? Temperature { get; set; }

    /// <summary>Gets or sets the share of probability that is sampled from, above 0 to 1.</summary>
    public float? TopP { get; set; }

    /// <summary>Gets or sets how many tokens an answer may have.</summary>
    public int? MaxTokens { get; set; }
}
