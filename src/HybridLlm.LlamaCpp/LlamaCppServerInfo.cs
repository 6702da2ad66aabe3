namespace HybridLlm.LlamaCpp;

/// <summary>What a llama-server says of itself.</summary>
public sealed record LlamaCppServerInfo
{
    /// <summary>Gets a value indicating whether the server is a router: it loads several models, each into a process of its own.</summary>
    public bool IsRouter { get; init; }

    /// <summary>Gets how many requests the server works on at once; 0 for a router, whose models have slots of their own.</summary>
    public int TotalSlots { get; init; }

    /// <summary>Gets how many tokens of prompt and answer together fit one request; <see langword="null"/> for a router.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Gets the features of the model, without <see cref="LlmFeatures.Embeddings"/>, which the server does not tell; <see langword="null"/> for a router.</summary>
    public LlmFeatures? Features { get; init; }

    /// <summary>Gets a value indicating whether the model was put out of memory for being idle; the next request loads it again.</summary>
    public bool IsSleeping { get; init; }

    /// <summary>Gets the model's file; <see langword="null"/> for a router.</summary>
    public string? ModelPath { get; init; }

    /// <summary>Gets the version of the server, such as <c>b11669-3f545bec</c>.</summary>
    public string? Build { get; init; }
}
