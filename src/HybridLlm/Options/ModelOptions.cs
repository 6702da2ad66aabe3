namespace HybridLlm;

/// <summary>What is known of a model. What is left out comes from its provider, its name or a default.</summary>
public sealed class ModelOptions
{
    /// <summary>Gets or sets the name of the provider that serves the model. Required.</summary>
    public string? Provider { get; set; }

    /// <summary>Gets or sets the provider's own id of the model. <see langword="null"/>: the model's name.</summary>
    public string? ModelId { get; set; }

    /// <summary>Gets further names of the model.</summary>
    public IList<string> Aliases { get; } = [];

    /// <summary>Gets words that rules can aim at, such as <c>local</c> or <c>strong</c>.</summary>
    public IList<string> Tags { get; } = [];

    /// <summary>Gets or sets the family, such as <c>qwen</c>.</summary>
    public string? Family { get; set; }

    /// <summary>Gets or sets the quantization, such as <c>Q4_K_M</c>.</summary>
    public string? Quantization { get; set; }

    /// <summary>Gets or sets the licence.</summary>
    public string? License { get; set; }

    /// <summary>Gets or sets the memory that the model takes, in megabytes, above 0.</summary>
    public int? MemoryMB { get; set; }

    /// <summary>Gets or sets how many tokens of prompt and answer together fit a request, above 0.</summary>
    public int? ContextLength { get; set; }

    /// <summary>Gets or sets the assumed quality of the answers, 0 to 1.</summary>
    public double? Quality { get; set; }

    /// <summary>Gets or sets the assumed speed, 0 to 1 (1 is the fastest).</summary>
    public double? Speed { get; set; }

    /// <summary>Gets or sets the price of a million tokens of prompts, 0 or more, in any currency, the same for all models. Counts where a weight of the cost is set.</summary>
    public double? InputPrice { get; set; }

    /// <summary>Gets or sets the price of a million tokens of answers, 0 or more, in the currency of <see cref="InputPrice"/>.</summary>
    public double? OutputPrice { get; set; }

    /// <summary>Gets or sets how many tokens an answer may have, above 0.</summary>
    public int? MaxTokens { get; set; }

    /// <summary>Gets or sets the temperature, 0 to 2.</summary>
    public float? Temperature { get; set; }

    /// <summary>Gets or sets the share of probability that is sampled from, above 0 to 1.</summary>
    public float? TopP { get; set; }

    /// <summary>Gets or sets how many requests the model works on at once, 1 to 10,000; <see langword="null"/> for the provider's limit.</summary>
    public int? MaxConcurrency { get; set; }

    /// <summary>Gets or sets a value indicating whether answers can be streamed; <see langword="null"/> for what the provider says.</summary>
    public bool? SupportsStreaming { get; set; }

    /// <summary>Gets or sets a value indicating whether the model calls tools; <see langword="null"/> for what the provider says.</summary>
    public bool? SupportsTools { get; set; }

    /// <summary>Gets or sets a value indicating whether answers can be held to a JSON schema; <see langword="null"/> for what the provider says.</summary>
    public bool? SupportsJsonSchema { get; set; }

    /// <summary>Gets or sets a value indicating whether the model reads images; <see langword="null"/> for what the provider says.</summary>
    public bool? SupportsVision { get; set; }

    /// <summary>Gets the names of the models to try next when this one fails, in order.</summary>
    public IList<string> Fallbacks { get; } = [];

    /// <summary>Gets what differs per task type.</summary>
    public IDictionary<string, ModelTaskOptions> Tasks { get; } = new Dictionary<string, ModelTaskOptions>(StringComparer.Ordinal);
}
