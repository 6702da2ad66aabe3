namespace HybridLlm;

/// <summary>What a backend can do, whatever the model.</summary>
public sealed record ProviderCapabilities
{
    /// <summary>Gets the features that the backend supports. A model has at most these.</summary>
    public LlmFeatures Features { get; init; } =
        LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema;

    /// <summary>
    /// Gets a value indicating whether requests that are not streamed are better sent as streams and put together here. True for servers that go on
    /// generating when the caller of a request that is not streamed leaves; it also lets the first-token and idle budgets watch over such requests.
    /// </summary>
    public bool PrefersStreaming { get; init; }

    /// <summary>
    /// Gets how many requests the backend works on at once, where it tells; <see langword="null"/> otherwise.
    /// It applies where <see cref="ProviderOptions.MaxConcurrency"/> is not set.
    /// </summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Gets a value indicating whether the backend's use costs money per token. Requests to it are never sent twice to save time.</summary>
    public bool IsMetered { get; init; }

    /// <summary>
    /// Gets a value indicating whether requests stay on this machine or network, under the owner's control. Requests of the data class
    /// <see cref="DataClasses.LocalOnly"/> go nowhere else. Default: <see langword="false"/>, so that what nobody vouches for sees none of them.
    /// </summary>
    public bool IsLocal { get; init; }
}
