namespace HybridLlm.Testing;

/// <summary>Settings of an <see cref="OpenAISimulator"/>.</summary>
public sealed class OpenAISimulatorOptions : LlmSimulatorOptions
{
    /// <summary>Gets further names that the model answers to; answers carry <see cref="LlmSimulatorOptions.Model"/> all the same.</summary>
    public IList<string> Aliases { get; } = [];

    /// <summary>Gets or sets the version that the server says it is; <c>0.32.0</c> by default.</summary>
    public string Version { get; set; } = "0.32.0";

    /// <summary>
    /// Gets or sets how many requests may generate and wait together before the server answers 503, as <c>--max-num-queued-reqs</c>
    /// says; <see langword="null"/>, the default, for no limit.
    /// </summary>
    public int? MaxQueuedRequests { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether <c>/v1/embeddings</c> answers; false by default, then it is 404, as on a server of a
    /// chat model. A real server does either embeddings or chats; this one does both.
    /// </summary>
    public bool Embeddings { get; set; }

    /// <summary>
    /// Gets or sets how often a stream that waits sends a comment, as <c>--sse-keep-alive-interval</c> says;
    /// <see langword="null"/>, the default, for never.
    /// </summary>
    public TimeSpan? SseKeepAliveInterval { get; set; }
}
