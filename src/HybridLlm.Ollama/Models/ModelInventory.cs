using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using HybridLlm.Ollama.Wire;

namespace HybridLlm.Ollama.Models;

/// <summary>Which models the server has, what they can do and which of them are loaded.</summary>
/// <remarks>The details of a model are asked for once, and again when its digest changes.</remarks>
internal sealed class ModelInventory(OllamaApi api, ContextPolicy contexts, PendingCalls pending, bool cloudModels)
{
    private const int ParallelDetails = 4;

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>Lists the models.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The models; those without weights are left out.</returns>
    internal async Task<IReadOnlyList<ProviderModel>> ListAsync(CancellationToken cancellationToken)
    {
        var installed = await ReadAsync("api/tags", ReadInstalled, cancellationToken).ConfigureAwait(false);
        var loaded = await GetLoadedAsync(cancellationToken).ConfigureAwait(false);
        var details = new ModelDetails?[installed.Count];
        var isThere = new bool[installed.Count];
        await Parallel.ForAsync(
            0,
            installed.Count,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelDetails, CancellationToken = cancellationToken },
            async (i, token) => (isThere[i], details[i]) = await CompleteAsync(installed[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        Forget(installed);

        var models = new List<ProviderModel>(installed.Count);
        for (var i = 0; i < installed.Count; i++)
        {
            if (isThere[i] && (cloudModels || details[i] is not { IsRemote: true }))
            {
                models.Add(Describe(installed[i], details[i], loaded));
            }
        }

        return models;
    }

    /// <summary>Lists the models in memory. One that is still loading is not among them.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The models.</returns>
    internal async Task<IReadOnlyList<OllamaLoadedModel>> GetLoadedAsync(CancellationToken cancellationToken)
    {
        var loaded = await ReadAsync("api/ps", ReadLoaded, cancellationToken).ConfigureAwait(false);
        contexts.Remember(loaded);
        return loaded;
    }

    /// <summary>Gets a model's copy in memory, under whatever name it was loaded.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The copy; <see langword="null"/> if there is none.</returns>
    internal async Task<OllamaLoadedModel?> FindLoadedAsync(string modelId, CancellationToken cancellationToken)
    {
        var digest = _known.GetValueOrDefault(ModelName.Normalize(modelId))?.Digest;
        return Find(await GetLoadedAsync(cancellationToken).ConfigureAwait(false), modelId, digest);
    }

    /// <summary>Gets the details of a model.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The details.</returns>
    /// <exception cref="ProviderException">The server does not have the model, or cannot read it.</exception>
    internal async Task<ModelDetails> GetDetailsAsync(string modelId, CancellationToken cancellationToken)
    {
        var name = ModelName.Normalize(modelId);
        if (_known.TryGetValue(name, out var known))
        {
            return known.Details;
        }

        var details = await ShowAsync(modelId, cancellationToken).ConfigureAwait(false);
        _known.TryAdd(name, new(null, details));
        return details;
    }

    /// <summary>Gets the present state of a model.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The state.</returns>
    internal async ValueTask<ModelState> GetStateAsync(string modelId, CancellationToken cancellationToken)
    {
        try
        {
            return await FindLoadedAsync(modelId, cancellationToken).ConfigureAwait(false) is not null ? ModelState.Resident
                : pending.Has(modelId) ? ModelState.Loading
                : ModelState.NotLoaded;
        }
        catch (ProviderException)
        {
            return ModelState.Unknown; // What is wrong with the server its health check says.
        }
    }

    private async Task<(bool IsThere, ModelDetails? Details)> CompleteAsync(Installed model, CancellationToken cancellationToken)
    {
        if (!cloudModels && (model.IsRemote || ModelName.IsCloud(model.Name)))
        {
            return (false, null);
        }

        var name = ModelName.Normalize(model.Name);
        if (_known.TryGetValue(name, out var known) && known.Digest is not null && known.Digest == model.Digest)
        {
            return (true, known.Details);
        }

        try
        {
            var details = await ShowAsync(model.Name, cancellationToken).ConfigureAwait(false);
            _known[name] = new(model.Digest, details);
            return (true, details);
        }
        catch (ProviderException e) when (e.Kind is not (ProviderErrorKind.Unavailable or ProviderErrorKind.Timeout))
        {
            // The list names models whose weights are gone. Of one that is damaged the list itself says enough.
            return (e.Kind != ProviderErrorKind.ModelNotFound, null);
        }
    }

    private async Task<ModelDetails> ShowAsync(string modelId, CancellationToken cancellationToken)
    {
        using var show = await api.PostAsync("api/show", modelId, static _ => { }, OllamaApi.ControlTimeout, cancellationToken).ConfigureAwait(false);
        return ModelDetails.Read(show.RootElement) ?? throw NotUnderstood(show);
    }

    private async Task<T> ReadAsync<T>(string path, Func<JsonElement, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        using var document = await api.GetAsync(path, cancellationToken).ConfigureAwait(false);
        return read(document.RootElement) ?? throw NotUnderstood(document);
    }

    private ProviderException NotUnderstood(JsonDocument answer) => api.Transport.Fail(
        ProviderErrorKind.InvalidResponse, "answered a question about its models with something else", null, JsonMarshal.GetRawUtf8Value(answer.RootElement));

    private void Forget(List<Installed> installed)
    {
        var names = installed.Select(static model => ModelName.Normalize(model.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _known.Keys)
        {
            if (!names.Contains(name))
            {
                _known.TryRemove(name, out _);
            }
        }
    }

    private ProviderModel Describe(Installed model, ModelDetails? details, IReadOnlyList<OllamaLoadedModel> loaded)
    {
        var copy = Find(loaded, model.Name, model.Digest);
        return new()
        {
            Id = model.Name,
            Aliases = ModelName.WithoutLatest(model.Name) is { } shorter ? [shorter] : [],
            Family = details?.Family ?? model.Family,
            ParameterCount = details?.ParameterCount,
            Quantization = details?.Quantization ?? model.Quantization,
            ContextLength = contexts.NumCtx(model.Name) is null && copy?.ContextLength is { } allocated ? allocated : contexts.Expected(model.Name, details),
            Features = details?.Features,
            SizeBytes = model.Size,
            Version = model.Digest,
            License = details?.License,
            State = copy is not null ? ModelState.Resident : pending.Has(model.Name) ? ModelState.Loading : ModelState.NotLoaded,
        };
    }

    private static OllamaLoadedModel? Find(IReadOnlyList<OllamaLoadedModel> loaded, string name, string? digest)
    {
        foreach (var model in loaded)
        {
            if (ModelName.AreSame(model.Name, name) || (digest is not null && model.Digest == digest))
            {
                return model;
            }
        }

        return null;
    }

    private static List<Installed>? ReadInstalled(JsonElement root) => ReadList(root, static (entry, name) => new Installed(
        name,
        entry.Text("digest"),
        entry.Long("size"),
        entry.Member("details").Text("family"),
        entry.Member("details").Text("quantization_level"),
        entry.Text("remote_host") is not null || entry.Text("remote_model") is not null));

    private static List<OllamaLoadedModel>? ReadLoaded(JsonElement root) => ReadList(root, static (entry, name) => new OllamaLoadedModel(
        name,
        entry.Text("digest"),
        entry.Long("size") ?? 0,
        entry.Long("size_vram") ?? 0,
        entry.Int("context_length"),
        entry.Time("expires_at")));

    private static List<T>? ReadList<T>(JsonElement root, Func<JsonElement, string, T> read)
    {
        var list = root.Member("models");
        if (list.ValueKind != JsonValueKind.Array)
        {
            return root.ValueKind == JsonValueKind.Object && list.ValueKind == JsonValueKind.Null ? [] : null;
        }

        var entries = new List<T>(list.GetArrayLength());
        foreach (var entry in list.EnumerateArray())
        {
            if ((entry.Text("name") ?? entry.Text("model")) is { } name)
            {
                entries.Add(read(entry, name));
            }
        }

        return entries;
    }

    private sealed record Installed(string Name, string? Digest, long? Size, string? Family, string? Quantization, bool IsRemote);

    private sealed record Known(string? Digest, ModelDetails Details);
}
