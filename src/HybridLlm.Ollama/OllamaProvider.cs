using HybridLlm.Ollama.Chat;
using HybridLlm.Ollama.Embeddings;
using HybridLlm.Ollama.Wire;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Ollama;

/// <summary>An Ollama server, over its native API: the OpenAI-compatible one ignores the context length and whether a model is to think.</summary>
/// <remarks>
/// Requests go through the named HTTP client <c>HybridLlm:NAME</c>, which an application can configure with <c>AddHttpClient</c>. Handlers that retry or time out
/// (<c>ResilienceHandler</c>) are taken out of it: HybridLlm does this itself, with knowledge of models and streams.
/// A prompt that does not fit the context is refused as <see cref="ProviderErrorKind.ContextExceeded"/>; Ollama by itself would cut it and say nothing.
/// </remarks>
public sealed class OllamaProvider : ILlmProvider, IEmbeddingProvider, IModelLoader, IModelDownloader, IModelStateSource
{
    // Ollama itself never closes a connection that is idle; what stands between may.
    private static readonly TimeSpan ConnectionIdleTimeout = TimeSpan.FromMinutes(1);

    private readonly OllamaServer _server;

    /// <summary>Initializes a new instance of the <see cref="OllamaProvider"/> class.</summary>
    /// <param name="context">The name and what else the provider may use. Its services must be those that <c>AddOllama</c> was called for.</param>
    /// <param name="options">The options, valid.</param>
    public OllamaProvider(ProviderContext context, OllamaOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        Name = context.Name;
        var dialect = OllamaDialect.Instance;
        var endpoint = options.Endpoint is null ? dialect.DefaultEndpoint : new Uri(options.Endpoint, UriKind.Absolute);
        var isLocal = options.IsLocal ?? (LocalAddress.IsLocal(endpoint) && !options.CloudModels);
        Capabilities = dialect.GetCapabilities(isLocal, options.IsMetered ?? !isLocal);
        context.Services.GetRequiredService<ProviderHttpSettings>().Set(
            Name, endpoint, context.Timeouts.Connect, options.ConnectionIdleTimeout ?? ConnectionIdleTimeout, options.KeepResilienceHandlers);
        var address = dialect.GetBaseAddress(endpoint);
        var transport = new OpenAITransport(
            Name, context.Services.GetRequiredService<IHttpClientFactory>(), () => address, options, dialect, context.TimeProvider);
        _server = new(transport, options, context.Timeouts.Load);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public IChatClient GetChatClient(string modelId)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        return new OllamaChatClient(_server, modelId);
    }

    /// <inheritdoc/>
    public IEmbeddingGenerator<string, Embedding<float>> GetEmbeddingGenerator(string modelId)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        return new OllamaEmbeddingGenerator(_server, modelId);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Asks for the installed models, the loaded ones, and for the details of each model whose digest is new. A model's version is its digest. Its context length is what it
    /// is loaded with, else what the options or the model's own settings say, else 4,096, which is the least that Ollama gives.
    /// </remarks>
    public Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default) => _server.Inventory.ListAsync(cancellationToken);

    /// <summary>Lists the models in the server's memory. One that is still loading is not among them; one whose runner has died is, until its next request.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The models.</returns>
    /// <exception cref="ProviderException">The server did not answer, or not understandably.</exception>
    public Task<IReadOnlyList<OllamaLoadedModel>> GetLoadedModelsAsync(CancellationToken cancellationToken = default) => _server.Inventory.GetLoadedAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _server.GetVersionAsync(cancellationToken).ConfigureAwait(false);
            return ProviderHealth.Healthy;
        }
        catch (ProviderException e)
        {
            return new(ProviderHealthStatus.Unhealthy, e.Message);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A model for which this provider waits, and that the server does not list, is <see cref="ModelState.Loading"/>: it loads, or waits for another one's place.</remarks>
    public ValueTask<ModelState> GetModelStateAsync(string modelId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        return _server.Inventory.GetStateAsync(modelId, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>A model that is loaded, with the wanted context length, is left alone: nothing is sent that could hold up the load of another one.</remarks>
    public Task LoadModelAsync(string modelId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        _server.CheckLocal(modelId);
        return _server.Loader.LoadAsync(modelId, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Answers that are being generated come to their end first. All names of the same weights are unloaded together.</remarks>
    public Task UnloadModelAsync(string modelId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        return _server.Loader.UnloadAsync(modelId, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>A download that is cancelled goes on where it was the next time.</remarks>
    public Task DownloadModelAsync(string modelId, IProgress<ModelDownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        return _server.Downloads.DownloadAsync(modelId, progress, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>A model that is loaded goes on answering until it is unloaded.</remarks>
    public Task DeleteModelAsync(string modelId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        return _server.Downloads.DeleteAsync(modelId, cancellationToken);
    }
}
