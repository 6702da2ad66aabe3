using System.Text.Json;
using HybridLlm.LlamaCpp.Supervision;
using HybridLlm.LlamaCpp.Wire;
using HybridLlm.OpenAICompatible;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HybridLlm.LlamaCpp;

/// <summary>
/// llama.cpp's <c>llama-server</c>: one that runs already, with one model or as a router of several, or one of our own that is started, watched and
/// stopped with the provider.
/// </summary>
/// <remarks>
/// With a <see cref="LlamaCppOptions.ModelPath"/> requests that come while the server starts wait for it; while it waits for its next attempt after a
/// crash they fail at once as <see cref="ProviderErrorKind.Unavailable"/>. Every request is streamed underneath, because a llama-server goes on
/// generating for a request that is not streamed when its client leaves.
/// </remarks>
public sealed class LlamaCppProvider : OpenAICompatibleProvider, IModelLoader, IModelStateSource, ITokenCounter, ILlmProviderLifetime
{
    private static readonly TimeSpan ControlTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReadyPollDelay = TimeSpan.FromMilliseconds(100);

    private readonly LlamaCppOptions _options;
    private readonly SupervisedModel _model;
    private readonly ServerApi _api;
    private readonly RouterModels _router;
    private readonly TokenCounter _tokens;
    private readonly FeatureProbe _features;
    private Address? _address;

    /// <summary>Initializes a new instance of the <see cref="LlamaCppProvider"/> class.</summary>
    /// <param name="context">The name and what else the provider may use. Its services must be those that <c>AddLlamaCpp</c> was called for.</param>
    /// <param name="options">The options, valid.</param>
    public LlamaCppProvider(ProviderContext context, LlamaCppOptions options)
        : this(context, options, ConnectionOptions.KeyFor(options))
    {
    }

    private LlamaCppProvider(ProviderContext context, LlamaCppOptions options, string? apiKey)
        : base(context, ConnectionOptions.For(options, apiKey), LlamaCppDialect.Instance)
    {
        _options = options;
        _api = new ServerApi(this);
        _router = new RouterModels(Name, _api, TimeProvider);
        _tokens = new TokenCounter(Name, _api);
        _features = new FeatureProbe(_api, TimeProvider);
        var locator = LlamaCppProviderFactory.Locator(context.Services);
        _model = new SupervisedModel(options, locator);
        Supervisor = options.ModelPath is null ? null : Supervise(context, options, apiKey!, locator);
    }

    /// <summary>Gets what keeps a server of our own running; <see langword="null"/> for a server that runs already.</summary>
    internal ServerSupervisor? Supervisor { get; }

    /// <inheritdoc/>
    protected override Uri BaseAddress
    {
        get
        {
            if (Supervisor is null)
            {
                return base.BaseAddress;
            }

            var status = Supervisor.Status;
            var server = status.Endpoint
                ?? throw new ProviderException(ProviderErrorKind.Unavailable, $"{Name}: {status.Failure ?? "llama-server is not running."}") { Provider = Name };
            var address = _address;
            if (!ReferenceEquals(address?.Server, server))
            {
                _address = address = new(server, new Uri(server, "v1/"));
            }

            return address!.Api;
        }
    }

    /// <inheritdoc/>
    public override IChatClient GetChatClient(string modelId) => new LlamaCppChatClient(base.GetChatClient(modelId), Name, modelId, EnsureReadyAsync);

    /// <inheritdoc/>
    public override IEmbeddingGenerator<string, Embedding<float>> GetEmbeddingGenerator(string modelId) =>
        new LlamaCppEmbeddingGenerator(base.GetEmbeddingGenerator(modelId), EnsureReadyAsync);

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        if (Supervisor is { Status.State: not SupervisorState.Running and var state })
        {
            return [_model.Describe(state)];
        }

        var models = await base.ListModelsAsync(cancellationToken).ConfigureAwait(false);
        var detailed = new List<ProviderModel>(models.Count);
        var server = await GetServerInfoAsync(cancellationToken).ConfigureAwait(false);
        foreach (var model in models)
        {
            detailed.Add(await _features.CompleteAsync(model, server, cancellationToken).ConfigureAwait(false));
        }

        return Supervisor is null ? detailed : [.. detailed.Select(_model.Complete)];
    }

    /// <inheritdoc/>
    public override Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) => Supervisor?.Status switch
    {
        null or { State: SupervisorState.Running } => base.CheckHealthAsync(cancellationToken),
        { State: SupervisorState.Starting } => Task.FromResult(new ProviderHealth(ProviderHealthStatus.Loading, "llama-server is starting.")),
        { Failure: { } failure } => Task.FromResult(new ProviderHealth(ProviderHealthStatus.Unhealthy, failure)),
        _ => Task.FromResult(new ProviderHealth(ProviderHealthStatus.Healthy, "llama-server is stopped; the next request starts it.")),
    };

    /// <summary>Asks the server what it is.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="ProviderException">The server did not answer.</exception>
    public async Task<LlamaCppServerInfo> GetServerInfoAsync(CancellationToken cancellationToken = default)
    {
        using var props = await _api.GetAsync("props", cancellationToken).ConfigureAwait(false);
        return ServerInfoReader.ReadProps(props.RootElement);
    }

    /// <summary>Asks the server what its slots do.</summary>
    /// <param name="modelId">The model, which a router must be told; <see langword="null"/> for a server with one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The slots.</returns>
    /// <exception cref="ProviderException">The server did not answer, or does not tell (<c>--no-slots</c>).</exception>
    public async Task<IReadOnlyList<LlamaCppSlot>> GetSlotsAsync(string? modelId = null, CancellationToken cancellationToken = default)
    {
        var path = modelId is null ? "slots" : $"slots?model={Uri.EscapeDataString(modelId)}&autoload=false";
        using var slots = await _api.GetAsync(path, cancellationToken).ConfigureAwait(false);
        return ServerInfoReader.ReadSlots(slots.RootElement);
    }

    /// <inheritdoc/>
    public async ValueTask<ModelState> GetModelStateAsync(string modelId, CancellationToken cancellationToken = default)
    {
        if (Supervisor is { Status.State: not SupervisorState.Running and var state })
        {
            return SupervisedModel.StateOf(state);
        }

        try
        {
            var server = await GetServerInfoAsync(cancellationToken).ConfigureAwait(false);
            if (!server.IsRouter)
            {
                return server.IsSleeping ? ModelState.NotLoaded : ModelState.Resident;
            }

            var models = await base.ListModelsAsync(cancellationToken).ConfigureAwait(false);
            return models.FirstOrDefault(model => model.Id == modelId || model.Aliases.Contains(modelId))?.State ?? ModelState.Unknown;
        }
        catch (ProviderException exception)
        {
            return exception.Kind == ProviderErrorKind.ModelLoading ? ModelState.Loading : ModelState.Unknown;
        }
    }

    /// <inheritdoc/>
    public async Task<int> CountTokensAsync(
        string modelId, IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        ArgumentNullException.ThrowIfNull(messages);
        await EnsureReadyAsync(cancellationToken).ConfigureAwait(false);
        using var client = GetChatClient(modelId);
        var request = new ChatRequest(Name, Dialect, modelId, messages, options, Stream: false, client);
        return await _tokens.CountAsync(modelId, writer => ChatRequestWriter.Write(writer, request), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>A server of our own is started; a router is told to load; any other server is waited for while it loads its one model.</remarks>
    public async Task LoadModelAsync(string modelId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        await EnsureReadyAsync(cancellationToken).ConfigureAwait(false);
        if (Supervisor is not null)
        {
            return;
        }

        var server = await WaitForServerAsync(cancellationToken).ConfigureAwait(false);
        if (server.IsRouter)
        {
            await _router.LoadAsync(modelId, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A server of our own is stopped, and started again by the next request; a router is told to unload.</remarks>
    /// <exception cref="ProviderException">The server is neither ours nor a router; it keeps its model as long as it runs.</exception>
    public async Task UnloadModelAsync(string modelId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        if (Supervisor is not null)
        {
            await Supervisor.StopAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var server = await GetServerInfoAsync(cancellationToken).ConfigureAwait(false);
        if (!server.IsRouter)
        {
            throw new ProviderException(
                ProviderErrorKind.InvalidRequest,
                $"The llama-server of provider '{Name}' keeps its model as long as it runs. To unload models, run it as a router (with --models-dir), or set ModelPath instead of Endpoint.")
            {
                Provider = Name,
                ModelId = modelId,
            };
        }

        await _router.UnloadAsync(modelId, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (Supervisor is not null && _options.StartWithHost)
        {
            Supervisor.Start();
        }

        return Task.CompletedTask;
    }

    /// <summary>Stops a server of our own.</summary>
    /// <returns>A task that completes when its process is gone.</returns>
    public ValueTask DisposeAsync() => Supervisor?.DisposeAsync() ?? ValueTask.CompletedTask;

    private ServerSupervisor Supervise(ProviderContext context, LlamaCppOptions options, string apiKey, FileLocator locator)
    {
        var clients = context.Services.GetRequiredService<IHttpClientFactory>();
        var probe = new PropsProbe(() => clients.CreateClient(ProviderHttpClientSetup.ClientName(Name)), apiKey);
        return new(
            Name,
            () => ServerFiles.Find(Name, options, apiKey, locator),
            ServerLauncher.ForThisSystem,
            probe,
            new SupervisorSettings { LoadBudget = context.Timeouts.Load },
            TimeProvider,
            new SupervisorLog(context.LoggerFactory.CreateLogger<LlamaCppProvider>(), Name));
    }

    private async ValueTask EnsureReadyAsync(CancellationToken cancellationToken)
    {
        if (Supervisor is not null)
        {
            await Supervisor.WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<LlamaCppServerInfo> WaitForServerAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await GetServerInfoAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ProviderException exception) when (exception.Kind == ProviderErrorKind.ModelLoading)
            {
                await Task.Delay(ReadyPollDelay, TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private sealed record Address(Uri Server, Uri Api);

    private sealed class ServerApi(LlamaCppProvider provider) : IServerApi
    {
        public Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken) =>
            provider.GetJsonAsync(new Uri(provider.ServerAddress, path), ControlTimeout, cancellationToken);

        public Task<JsonDocument> PostAsync(string path, Action<Utf8JsonWriter> writeBody, CancellationToken cancellationToken) =>
            provider.PostJsonAsync(new Uri(provider.ServerAddress, path), writeBody, ControlTimeout, cancellationToken);
    }
}
