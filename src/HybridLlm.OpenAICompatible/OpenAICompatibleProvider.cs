using System.Runtime.InteropServices;
using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Embeddings;
using HybridLlm.OpenAICompatible.Http;
using HybridLlm.OpenAICompatible.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible;

/// <summary>A server that speaks the OpenAI wire protocol. Providers of servers that add to the protocol derive from it.</summary>
/// <remarks>
/// Requests go through the named HTTP client <c>HybridLlm:NAME</c>, which an application can configure with <c>AddHttpClient</c>. Handlers that retry or time out
/// (<c>ResilienceHandler</c>) are taken out of it: HybridLlm does this itself, with knowledge of models and streams.
/// </remarks>
public class OpenAICompatibleProvider : ILlmProvider, IEmbeddingProvider
{
    private static readonly TimeSpan ControlTimeout = TimeSpan.FromSeconds(10);

    private readonly OpenAITransport _transport;
    private readonly Uri? _baseAddress;

    /// <summary>Initializes a new instance of the <see cref="OpenAICompatibleProvider"/> class.</summary>
    /// <param name="context">The name and what else the provider may use. Its services must be those that <c>AddOpenAICompatible</c> was called for.</param>
    /// <param name="options">The options, valid.</param>
    /// <param name="dialect">How the server differs from the common protocol; <see langword="null"/> if it does not.</param>
    public OpenAICompatibleProvider(ProviderContext context, OpenAICompatibleOptions options, OpenAIDialect? dialect = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        Name = context.Name;
        Dialect = dialect ?? OpenAIDialect.Default;
        TimeProvider = context.TimeProvider;
        var endpoint = options.Endpoint is null ? Dialect.DefaultEndpoint : new Uri(options.Endpoint, UriKind.Absolute);
        _baseAddress = endpoint is null ? null : Dialect.GetBaseAddress(endpoint);
        var isLocal = options.IsLocal ?? (endpoint is null || LocalAddress.IsLocal(endpoint));
        Capabilities = Dialect.GetCapabilities(isLocal, options.IsMetered ?? !isLocal);
        context.Services.GetRequiredService<ProviderHttpSettings>().Set(
            Name, endpoint, context.Timeouts.Connect, options.ConnectionIdleTimeout, options.KeepResilienceHandlers);
        _transport = new OpenAITransport(
            Name,
            context.Services.GetRequiredService<IHttpClientFactory>(),
            () => BaseAddress,
            options,
            Dialect,
            TimeProvider);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; }

    /// <summary>Gets the address below which the API's paths lie, with a slash at its end. It is asked for before every request, so it may change.</summary>
    /// <exception cref="ProviderException">There is no server now.</exception>
    protected virtual Uri BaseAddress => _baseAddress
        ?? throw new ProviderException(ProviderErrorKind.Unavailable, $"Provider '{Name}' has no endpoint.") { Provider = Name };

    /// <summary>Gets <see cref="BaseAddress"/> without a version at its end: where servers have their own, unversioned paths.</summary>
    protected Uri ServerAddress
    {
        get
        {
            var address = BaseAddress;
            var path = address.AbsolutePath;
            return path.EndsWith("/v1/", StringComparison.Ordinal) ? new UriBuilder(address) { Path = path[..^3] }.Uri : address;
        }
    }

    /// <summary>Gets how the server differs from the common protocol.</summary>
    protected OpenAIDialect Dialect { get; }

    /// <summary>Gets the clock.</summary>
    protected TimeProvider TimeProvider { get; }

    /// <inheritdoc/>
    public virtual IChatClient GetChatClient(string modelId)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        return new OpenAIChatClient(_transport.For(modelId), modelId, Capabilities.PrefersStreaming);
    }

    /// <inheritdoc/>
    public virtual IEmbeddingGenerator<string, Embedding<float>> GetEmbeddingGenerator(string modelId)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        return new OpenAIEmbeddingGenerator(_transport.For(modelId), modelId);
    }

    /// <inheritdoc/>
    public virtual async Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        using var document = await GetJsonAsync(new Uri(BaseAddress, "models"), ControlTimeout, cancellationToken).ConfigureAwait(false);
        return ModelListReader.Read(document.RootElement, Dialect) ?? throw NoModelList(document);
    }

    /// <inheritdoc/>
    public virtual async Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var address = Dialect.HealthPath is { } path ? new Uri(ServerAddress, path) : new Uri(BaseAddress, "models");
            await _transport.ProbeAsync(address, ControlTimeout, cancellationToken).ConfigureAwait(false);
            return ProviderHealth.Healthy;
        }
        catch (ProviderException e)
        {
            return e.Kind switch
            {
                ProviderErrorKind.ModelLoading => new(ProviderHealthStatus.Loading, e.Message),

                // A server without the path is there all the same.
                ProviderErrorKind.ModelNotFound => ProviderHealth.Healthy,
                _ => new(ProviderHealthStatus.Unhealthy, e.Message),
            };
        }
    }

    /// <summary>Gets a JSON document from the server.</summary>
    /// <param name="address">The address.</param>
    /// <param name="timeout">How long to wait for the whole answer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The document; the caller disposes it.</returns>
    /// <exception cref="ProviderException">The server did not answer with a JSON document and a status of success.</exception>
    protected Task<JsonDocument> GetJsonAsync(Uri address, TimeSpan timeout, CancellationToken cancellationToken) =>
        _transport.SendJsonAsync(HttpMethod.Get, address, null, timeout, cancellationToken);

    /// <summary>Reads how busy the server is from its metrics, <c>/metrics</c>.</summary>
    /// <param name="read">Reads the metrics.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The load; <see langword="null"/> where the server has no metrics.</returns>
    private protected async Task<ProviderLoad?> GetLoadAsync(Func<PooledBuffer, ProviderLoad?> read, CancellationToken cancellationToken)
    {
        try
        {
            return await _transport.GetAsync(new Uri(ServerAddress, "metrics"), read, ControlTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (ProviderException exception) when (exception.Kind == ProviderErrorKind.ModelNotFound)
        {
            return null; // It is served elsewhere, or by nobody.
        }
    }

    /// <summary>Posts a JSON document to the server.</summary>
    /// <param name="address">The address.</param>
    /// <param name="writeBody">Writes the document.</param>
    /// <param name="timeout">How long to wait for the whole answer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The answer; the caller disposes it.</returns>
    /// <exception cref="ProviderException">The server did not answer with a JSON document and a status of success.</exception>
    protected Task<JsonDocument> PostJsonAsync(Uri address, Action<Utf8JsonWriter> writeBody, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writeBody);
        return _transport.SendJsonAsync(HttpMethod.Post, address, writeBody, timeout, cancellationToken);
    }

    private ProviderException NoModelList(JsonDocument answer) =>
        _transport.Fail(
            ProviderErrorKind.InvalidResponse,
            "answered the request for its models with something that is no list of models",
            null,
            JsonMarshal.GetRawUtf8Value(answer.RootElement));
}
