using System.Collections.Frozen;
using System.Text.Json;
using HybridLlm.LmStudio.Wire;
using HybridLlm.OpenAICompatible;
using Microsoft.Extensions.AI;

namespace HybridLlm.LmStudio;

/// <summary>LM Studio: chat and embeddings over its OpenAI-compatible interface, models over its own.</summary>
/// <remarks>
/// Which generation of its own interface the server has (<c>/api/v1</c> from 0.4, <c>/api/v0</c> from 0.3.6, none before) is found out and needs no setting.
/// A model that is not in memory is loaded by the first request to it, and the other requests to it wait for that one.
/// </remarks>
public sealed class LmStudioProvider : OpenAICompatibleProvider, IModelLoader, IModelStateSource, IModelDownloader
{
    private static readonly TimeSpan ControlTimeout = TimeSpan.FromSeconds(10);

    private readonly LmStudioOptions _options;
    private readonly NativeModels _native;
    private readonly LoadGate _gate;
    private volatile FrozenDictionary<string, string> _names = FrozenDictionary<string, string>.Empty;

    /// <summary>Initializes a new instance of the <see cref="LmStudioProvider"/> class.</summary>
    /// <param name="context">The name and what else the provider may use. Its services must be those that <c>AddLmStudio</c> was called for.</param>
    /// <param name="options">The options, valid.</param>
    public LmStudioProvider(ProviderContext context, LmStudioOptions options)
        : base(context, options, new LmStudioDialect(options?.TimeToLive, options?.DetailedStats ?? false))
    {
        ArgumentNullException.ThrowIfNull(context);
        _options = options!;
        _native = new NativeModels(Name, new RestApi(this), context.Timeouts.Load, TimeProvider);
        _gate = new LoadGate(IsResidentAsync, TimeProvider);
    }

    /// <inheritdoc/>
    public override IChatClient GetChatClient(string modelId) =>
        new LmStudioChatClient(base.GetChatClient(modelId), modelId, _gate, answered => RefuseOther(modelId, answered));

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        var models = await ListAsync(cancellationToken).ConfigureAwait(false);
        return models is null ? await base.ListModelsAsync(cancellationToken).ConfigureAwait(false) : [.. models.Select(entry => entry.Model)];
    }

    /// <inheritdoc/>
    /// <remarks>LM Studio has no health check and answers unknown paths with status 200, so it is healthy when it lists its models.</remarks>
    public override async Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await ListModelsAsync(cancellationToken).ConfigureAwait(false);
            return ProviderHealth.Healthy;
        }
        catch (ProviderException exception)
        {
            // What comes back may be another version.
            _native.Forget();
            return new(ProviderHealthStatus.Unhealthy, exception.Message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ModelState> GetModelStateAsync(string modelId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        try
        {
            var models = await ListAsync(cancellationToken).ConfigureAwait(false);
            var state = models?.Find(entry => entry.Answers(modelId))?.Model.State ?? ModelState.Unknown;
            return state == ModelState.NotLoaded && _gate.IsLoading(modelId) ? ModelState.Loading : state;
        }
        catch (ProviderException)
        {
            return ModelState.Unknown;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// With a <see cref="LmStudioOptions.TimeToLive"/>, and before LM Studio 0.4, a request of one token loads it: only so does LM Studio take a time to live.
    /// </remarks>
    public async Task LoadModelAsync(string modelId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        if (_options.TimeToLive is not null)
        {
            if (await GetModelStateAsync(modelId, cancellationToken).ConfigureAwait(false) != ModelState.Resident)
            {
                await AskAsync(modelId, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        await _native.LoadAsync(modelId, _options.ContextSize, token => AskAsync(modelId, token), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="ProviderException">LM Studio is older than 0.4, which is when it began to unload models on request.</exception>
    public Task UnloadModelAsync(string modelId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        return _native.UnloadAsync(modelId, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The model is a name in LM Studio's catalog, or the address of one on huggingface.co. LM Studio downloads from version 0.4 on, and goes on when the wait is cancelled.</remarks>
    public Task DownloadModelAsync(string modelId, IProgress<ModelDownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        return _native.DownloadAsync(modelId, progress, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ProviderException">Always: LM Studio deletes models only in its application.</exception>
    public Task DeleteModelAsync(string modelId, CancellationToken cancellationToken = default) =>
        Task.FromException(new ProviderException(ProviderErrorKind.InvalidRequest, $"Provider '{Name}' cannot delete models: LM Studio does that only in its application, under My Models.")
        {
            Provider = Name,
            ModelId = modelId,
        });

    private async Task<List<ModelEntry>?> ListAsync(CancellationToken cancellationToken)
    {
        var models = await _native.ListAsync(cancellationToken).ConfigureAwait(false);
        if (models is not null)
        {
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in models)
            {
                foreach (var name in entry.Model.Aliases.Prepend(entry.Model.Id))
                {
                    names.TryAdd(name, entry.Model.Id);
                }
            }

            _names = names.ToFrozenDictionary(StringComparer.Ordinal);
        }

        return models;
    }

    private async Task<bool> IsResidentAsync(string modelId, CancellationToken cancellationToken)
    {
        try
        {
            var models = await ListAsync(cancellationToken).ConfigureAwait(false);

            // Of a model that is not in the list nothing is known, least of all that it must be loaded.
            return models?.Find(entry => entry.Answers(modelId))?.Model.State is null or ModelState.Resident;
        }
        catch (ProviderException)
        {
            return true; // The request itself will tell what is wrong.
        }
    }

    /// <summary>
    /// With one model in memory, and loading on request switched off, LM Studio lets that model answer whatever name the request has. Where both names are
    /// known, and known to be of two models, that is no answer.
    /// </summary>
    private void RefuseOther(string modelId, string? answered)
    {
        if (answered is not null && _names.TryGetValue(modelId, out var asked) && _names.TryGetValue(answered, out var other) && asked != other)
        {
            throw new ProviderException(ProviderErrorKind.ModelNotFound, $"Provider '{Name}' let '{other}' answer, because '{asked}' is not loaded and loading on request (JIT) is switched off in LM Studio.")
            {
                Provider = Name,
                ModelId = modelId,
            };
        }
    }

    private async Task AskAsync(string modelId, CancellationToken cancellationToken)
    {
        var models = await ListAsync(cancellationToken).ConfigureAwait(false);
        if (models?.Find(entry => entry.Answers(modelId))?.Model.Features == LlmFeatures.Embeddings)
        {
            using var generator = GetEmbeddingGenerator(modelId);
            await generator.GenerateAsync(["."], cancellationToken: cancellationToken).ConfigureAwait(false);
            return;
        }

        using var chat = GetChatClient(modelId);
        await chat.GetResponseAsync(".", new() { MaxOutputTokens = 1 }, cancellationToken).ConfigureAwait(false);
    }

    private sealed class RestApi(LmStudioProvider provider) : IRestApi
    {
        public Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken) =>
            provider.GetJsonAsync(new Uri(provider.ServerAddress, path), ControlTimeout, cancellationToken);

        public Task<JsonDocument> PostAsync(string path, Action<Utf8JsonWriter> writeBody, TimeSpan timeout, CancellationToken cancellationToken) =>
            provider.PostJsonAsync(new Uri(provider.ServerAddress, path), writeBody, timeout, cancellationToken);
    }
}
