namespace HybridLlm;

/// <summary>A model as its backend reports it. What the backend does not say is <see langword="null"/>.</summary>
public sealed record ProviderModel
{
    /// <summary>Gets the backend's own id of the model.</summary>
    public required string Id { get; init; }

    /// <summary>Gets other names under which the backend serves the model.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Gets the family, such as <c>llama</c> or <c>qwen2</c>.</summary>
    public string? Family { get; init; }

    /// <summary>Gets the number of parameters.</summary>
    public long? ParameterCount { get; init; }

    /// <summary>Gets the quantization, such as <c>Q4_K_M</c>.</summary>
    public string? Quantization { get; init; }

    /// <summary>Gets how many tokens of prompt and answer together fit a request as the model is loaded now.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Gets the model's features.</summary>
    public LlmFeatures? Features { get; init; }

    /// <summary>Gets the size of the weights, in bytes.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Gets what changes when the weights change, such as a digest.</summary>
    public string? Version { get; init; }

    /// <summary>Gets the licence.</summary>
    public string? License { get; init; }

    /// <summary>Gets whether the model is in memory.</summary>
    public ModelState State { get; init; }
}
