using System.Text.Json;

namespace HybridLlm.LlamaCpp.Wire;

/// <summary>Loads and unloads models of a llama-server in router mode. It does both in the background, so its list is watched until it is done.</summary>
internal sealed class RouterModels(string provider, IServerApi api, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    /// <summary>Loads a model and waits until it is in memory.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when it is.</returns>
    /// <exception cref="ProviderException">There is no such model, or it does not load.</exception>
    public async Task LoadAsync(string modelId, CancellationToken cancellationToken)
    {
        await OrderAsync("models/load", modelId, "already running", cancellationToken).ConfigureAwait(false);
        await UntilAsync(modelId, IsLoaded, cancellationToken).ConfigureAwait(false);

        bool IsLoaded(Status status)
        {
            if (status.Failed && status.Value != "loading")
            {
                throw new ProviderException(ProviderErrorKind.ServerError, $"Provider '{provider}' could not load the model '{modelId}'{status.ExitText}; the server's log says why.")
                {
                    Provider = provider,
                    ModelId = modelId,
                };
            }

            return status.Value == "loaded";
        }
    }

    /// <summary>Unloads a model and waits until it is out of memory.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when it is.</returns>
    public async Task UnloadAsync(string modelId, CancellationToken cancellationToken)
    {
        await OrderAsync("models/unload", modelId, "not running", cancellationToken).ConfigureAwait(false);
        await UntilAsync(modelId, static status => status.Value is not ("loaded" or "loading"), cancellationToken).ConfigureAwait(false);
    }

    private async Task OrderAsync(string path, string modelId, string alreadySo, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.PostAsync(path, Write, cancellationToken).ConfigureAwait(false);
        }
        catch (ProviderException exception) when (exception.Message.Contains(alreadySo, StringComparison.Ordinal))
        {
            // It was so before; whether it still becomes so is seen in the list.
        }
        catch (ProviderException exception) when (exception.StatusCode == 404)
        {
            throw NotFound(modelId, exception);
        }

        void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, modelId);
            writer.WriteEndObject();
        }
    }

    private async Task UntilAsync(string modelId, Func<Status, bool> reached, CancellationToken cancellationToken)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            using (var list = await api.GetAsync("models", cancellationToken).ConfigureAwait(false))
            {
                if (reached(Find(list.RootElement, modelId) ?? throw NotFound(modelId, null)))
                {
                    return;
                }
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private ProviderException NotFound(string modelId, Exception? inner) =>
        new(ProviderErrorKind.ModelNotFound, $"Provider '{provider}' has no model '{modelId}'.", inner) { Provider = provider, ModelId = modelId };

    private static Status? Find(JsonElement root, string modelId)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data", out var models) || models.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var model in models.EnumerateArray())
        {
            if (model.ValueKind == JsonValueKind.Object && Answers(model, modelId)
                && model.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Object)
            {
                return new(
                    status.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null,
                    status.TryGetProperty("failed", out var failed) && failed.ValueKind == JsonValueKind.True,
                    status.TryGetProperty("exit_code", out var exit) && exit.ValueKind == JsonValueKind.Number && exit.TryGetInt32(out var code) ? $" (its process ended with exit code {code})" : "");
            }
        }

        return null;
    }

    private static bool Answers(JsonElement model, string modelId) =>
        (model.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.ValueEquals(modelId))
        || (model.TryGetProperty("aliases", out var aliases) && aliases.ValueKind == JsonValueKind.Array
            && aliases.EnumerateArray().Any(alias => alias.ValueKind == JsonValueKind.String && alias.ValueEquals(modelId)));

    private readonly record struct Status(string? Value, bool Failed, string ExitText);
}
