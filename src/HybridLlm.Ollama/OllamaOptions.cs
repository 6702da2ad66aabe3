using HybridLlm.OpenAICompatible;

namespace HybridLlm.Ollama;

/// <summary>How an Ollama server is reached and used.</summary>
/// <remarks>Without <see cref="ProviderOptions.Endpoint"/> a server is expected at <c>http://127.0.0.1:11434</c>.</remarks>
public sealed class OllamaOptions : OpenAICompatibleOptions
{
    /// <summary>
    /// Gets or sets how many tokens of prompt and answer together fit a request (<c>num_ctx</c>), 256 to 10,000,000; a model never gets more than it was trained with.
    /// <see langword="null"/> (the default) leaves it to the server: <c>OLLAMA_CONTEXT_LENGTH</c>, or what the model's file says.
    /// </summary>
    /// <remarks>
    /// It is the same for all requests to a model, because Ollama loads a model anew whenever it changes. For the same reason a request cannot bring its own.
    /// Other applications that use the same model should say the same.
    /// </remarks>
    public int? ContextLength { get; set; }

    /// <summary>Gets context lengths that hold for single models, by the name of the model, such as <c>mistral:7b</c>. 256 to 10,000,000 each.</summary>
    public IDictionary<string, int> ContextLengths { get; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets or sets how long a model that the provider loads stays in memory after its last request; <c>-00:00:01</c> for as long as the server runs.
    /// <see langword="null"/> (the default) leaves it to the server: <c>OLLAMA_KEEP_ALIVE</c>, otherwise 5 minutes.
    /// </summary>
    /// <remarks>
    /// It is told to the server when a model is loaded and never again: with a request to a loaded model it would cancel the eviction that another model waits for,
    /// and that model, and all behind it, would wait out the whole time. With it set, requests to a model that has not been used for a while first ask whether it is
    /// loaded.
    /// </remarks>
    public TimeSpan? KeepAlive { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether models are used that Ollama passes on to its cloud. Default: <see langword="false"/>: they are not listed, and requests
    /// to them fail. If <see langword="true"/>, the provider counts as one that leaves this network and costs money, unless
    /// <see cref="OpenAICompatibleOptions.IsLocal"/> and <see cref="OpenAICompatibleOptions.IsMetered"/> say otherwise.
    /// </summary>
    public bool CloudModels { get; set; }

    /// <summary>Gets or sets after what time without a new byte a download is given up, 1 second to 24 hours. Default: 2 minutes.</summary>
    public TimeSpan DownloadStallTimeout { get; set; } = TimeSpan.FromMinutes(2);
}
