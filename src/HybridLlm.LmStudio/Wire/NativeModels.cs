using System.Globalization;
using System.Text.Json;

namespace HybridLlm.LmStudio.Wire;

/// <summary>LM Studio's own interface: which generation the server has, its models, and what it does with them.</summary>
/// <remarks>A server answers unknown paths with status 200 and an error text, so only a document that looks like a list proves a generation.</remarks>
internal sealed class NativeModels(string provider, IRestApi api, TimeSpan loadBudget, TimeProvider time)
{
    private static readonly TimeSpan ControlTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DownloadPoll = TimeSpan.FromSeconds(1);

    private volatile RestGeneration _generation;

    /// <summary>Gets the generation, as far as it is known.</summary>
    public RestGeneration Generation => _generation;

    // Every order to load makes an instance of its own, so two orders for one model must not cross. It holds no handle, so there is nothing to dispose.
    private SemaphoreSlim Orders { get; } = new(1, 1);

    /// <summary>Lists the models.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The models; <see langword="null"/> where the server has no interface of its own.</returns>
    /// <exception cref="ProviderException">The server did not answer, or refused.</exception>
    public async Task<List<ModelEntry>?> ListAsync(CancellationToken cancellationToken)
    {
        // The newest first, and again after an update of LM Studio.
        if (_generation is RestGeneration.Unknown or RestGeneration.V1 && await TryListAsync("api/v1/models", ModelListReader.ReadV1, cancellationToken).ConfigureAwait(false) is { } newest)
        {
            _generation = RestGeneration.V1;
            return newest;
        }

        if (_generation is not RestGeneration.None && await TryListAsync("api/v0/models", ModelListReader.ReadV0, cancellationToken).ConfigureAwait(false) is { } older)
        {
            // An empty list of the old generation looks like any other's.
            _generation = older.Count > 0 ? RestGeneration.V0 : RestGeneration.Unknown;
            return older;
        }

        _generation = RestGeneration.None;
        return null;
    }

    /// <summary>Forgets the generation: the server may be another one now.</summary>
    public void Forget() => _generation = RestGeneration.Unknown;

    /// <summary>Loads a model and waits until it is in memory. One that is there already stays as it is.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="contextSize">The context; <see langword="null"/> for LM Studio's own setting.</param>
    /// <param name="loadByRequest">Loads it by a request, where the server loads in no other way.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when it is.</returns>
    public async Task LoadAsync(string modelId, int? contextSize, Func<CancellationToken, Task> loadByRequest, CancellationToken cancellationToken)
    {
        await Orders.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var models = await ListAsync(cancellationToken).ConfigureAwait(false);
            var entry = models?.Find(model => model.Answers(modelId));
            if (models is not null && entry is null)
            {
                throw NotFound(modelId);
            }

            if (entry?.Model.State == ModelState.Resident)
            {
                return;
            }

            if (_generation != RestGeneration.V1)
            {
                await loadByRequest(cancellationToken).ConfigureAwait(false);
                return;
            }

            using var answer = await api.PostAsync("api/v1/models/load", Write, loadBudget, cancellationToken).ConfigureAwait(false);
            Expect(answer, "instance_id", modelId, "load");
        }
        finally
        {
            Orders.Release();
        }

        void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, modelId);
            if (contextSize is { } size)
            {
                writer.WriteNumber("context_length"u8, size);
            }

            writer.WriteEndObject();
        }
    }

    /// <summary>Unloads every instance of a model.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when none is left.</returns>
    public async Task UnloadAsync(string modelId, CancellationToken cancellationToken)
    {
        await Orders.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var models = await ListAsync(cancellationToken).ConfigureAwait(false);
            if (_generation != RestGeneration.V1)
            {
                throw TooOld("unload a model", modelId);
            }

            foreach (var instance in models!.Find(model => model.Answers(modelId))?.Instances ?? [])
            {
                using var answer = await api.PostAsync("api/v1/models/unload", writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("instance_id"u8, instance);
                    writer.WriteEndObject();
                }, ControlTimeout, cancellationToken).ConfigureAwait(false);
                Expect(answer, "instance_id", modelId, "unload");
            }
        }
        finally
        {
            Orders.Release();
        }
    }

    /// <summary>Downloads a model and waits until it is on the disk.</summary>
    /// <param name="modelId">The name in LM Studio's catalog, or the address of a model on huggingface.co.</param>
    /// <param name="progress">Is told of progress; or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the wait; LM Studio goes on with the download.</param>
    /// <returns>A task that completes when it is.</returns>
    public async Task DownloadAsync(string modelId, IProgress<ModelDownloadProgress>? progress, CancellationToken cancellationToken)
    {
        if (_generation is not RestGeneration.V1)
        {
            await ListAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_generation != RestGeneration.V1)
        {
            throw TooOld("download a model", modelId);
        }

        string? job;
        DownloadState state;
        using (var answer = await api.PostAsync("api/v1/models/download", Write, ControlTimeout, cancellationToken).ConfigureAwait(false))
        {
            state = ReadDownload(answer, modelId, out job);
        }

        while (true)
        {
            progress?.Report(new(state.Status, state.Done, state.Total));
            switch (state.Status)
            {
                case "completed" or "already_downloaded":
                    return;
                case "failed":
                    throw Failure(ProviderErrorKind.ServerError, $"could not download '{modelId}'", modelId);
                case "downloading" or "paused" when job is not null:
                    break;
                default:
                    throw Failure(ProviderErrorKind.InvalidResponse, $"answered the order to download '{modelId}' with the status '{state.Status}'", modelId);
            }

            await Task.Delay(DownloadPoll, time, cancellationToken).ConfigureAwait(false);
            using var status = await api.GetAsync($"api/v1/models/download/status/{Uri.EscapeDataString(job)}", cancellationToken).ConfigureAwait(false);
            state = ReadDownload(status, modelId, out _);
        }

        void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, modelId);
            writer.WriteEndObject();
        }
    }

    private async Task<List<ModelEntry>?> TryListAsync(string path, Func<JsonElement, List<ModelEntry>?> read, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.GetAsync(path, cancellationToken).ConfigureAwait(false);
            return read(answer.RootElement);
        }
        catch (ProviderException exception) when (exception.Kind is ProviderErrorKind.ModelNotFound or ProviderErrorKind.InvalidResponse)
        {
            return null; // Another server, or a proxy before it, says 404 where LM Studio says 200 and a text.
        }
    }

    private DownloadState ReadDownload(JsonDocument answer, string modelId, out string? job)
    {
        var root = answer.RootElement;
        Expect(answer, "status", modelId, "download");
        job = root.TryGetProperty("job_id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
        return new(root.GetProperty("status").GetString() ?? "", Bytes("downloaded_bytes"), Bytes("total_size_bytes"));

        long Bytes(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var bytes) ? bytes : 0;
    }

    // Errors too come with status 200 at times.
    private void Expect(JsonDocument answer, string member, string modelId, string what)
    {
        var root = answer.RootElement;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String)
        {
            return;
        }

        var error = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var told)
            ? told.ValueKind == JsonValueKind.Object && told.TryGetProperty("message", out var message) ? message.ToString() : told.ToString()
            : "an answer that LM Studio does not document";
        throw Failure(ProviderErrorKind.ServerError, string.Create(CultureInfo.InvariantCulture, $"did not {what} '{modelId}': {error}"), modelId);
    }

    private ProviderException NotFound(string modelId) => Failure(ProviderErrorKind.ModelNotFound, $"has no model '{modelId}'", modelId);

    private ProviderException TooOld(string what, string modelId) =>
        Failure(ProviderErrorKind.InvalidRequest, $"cannot {what}: its LM Studio has no /api/v1. Update it to 0.4 or later, or use the lms command", modelId);

    private ProviderException Failure(ProviderErrorKind kind, string what, string modelId) =>
        new(kind, $"Provider '{provider}' {what}.") { Provider = provider, ModelId = modelId };

    private readonly record struct DownloadState(string Status, long Done, long Total);
}
