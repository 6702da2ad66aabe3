namespace HybridLlm.Catalog;

/// <summary>What the name of a model says about it. What it does not say is <see langword="null"/>.</summary>
internal readonly record struct ParsedModelName
{
    /// <summary>Gets the family in lower case, such as <c>qwen</c> or <c>gpt-oss</c>. Only families that are known are recognized.</summary>
    public string? Family { get; init; }

    /// <summary>Gets the version, such as <c>2.5</c>, <c>r1</c>, or the month of a release, such as <c>2409</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Gets the number of parameters.</summary>
    public long? ParameterCount { get; init; }

    /// <summary>Gets the number of parameters that work on each token, where these are not all.</summary>
    public long? ActiveParameterCount { get; init; }

    /// <summary>Gets the quantization, such as <c>Q4_K_M</c>.</summary>
    public string? Quantization { get; init; }

    /// <summary>Gets what the model was made for.</summary>
    public ModelVariant Variant { get; init; }

    /// <summary>Fills what this name leaves open from another one, such as that of the folder.</summary>
    public ParsedModelName Or(in ParsedModelName other) => new()
    {
        Family = Family ?? other.Family,
        Version = Version ?? other.Version,
        ParameterCount = ParameterCount ?? other.ParameterCount,
        ActiveParameterCount = ActiveParameterCount ?? other.ActiveParameterCount,
        Quantization = Quantization ?? other.Quantization,
        Variant = Variant | other.Variant,
    };
}
