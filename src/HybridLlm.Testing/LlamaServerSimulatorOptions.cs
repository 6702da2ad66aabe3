namespace HybridLlm.Testing;

/// <summary>Settings of a <see cref="LlamaServerSimulator"/>.</summary>
public sealed class LlamaServerSimulatorOptions : LlmSimulatorOptions
{
    /// <summary>Gets or sets the build that the server says it is; <c>b11669-Debian</c> by default.</summary>
    public string BuildInfo { get; set; } = "b11669-Debian";

    /// <summary>Gets or sets a value indicating whether <c>/metrics</c> answers, as with <c>--metrics</c>; false by default, then it is 501.</summary>
    public bool Metrics { get; set; }

    /// <summary>Gets or sets a value indicating whether embeddings are made, as with <c>--embeddings</c>; false by default, then they are 501.</summary>
    public bool Embeddings { get; set; }

    /// <summary>Gets or sets a value indicating whether <c>/slots</c> answers; true by default, false as with <c>--no-slots</c>.</summary>
    public bool SlotsEndpoint { get; set; } = true;

    /// <summary>
    /// Gets or sets how often a stream that waits for its first token sends an SSE comment, as <c>--sse-ping-interval</c> says;
    /// 30 seconds by default, <see langword="null"/> for never.
    /// </summary>
    public TimeSpan? SsePingInterval { get; set; } = TimeSpan.FromSeconds(30);
}
