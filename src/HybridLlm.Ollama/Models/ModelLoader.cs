using System.Collections.Concurrent;
using System.Text.Json;
using HybridLlm.Ollama.Wire;

namespace HybridLlm.Ollama.Models;

/// <summary>Loads and unloads models.</summary>
/// <remarks>
/// <c>keep_alive</c> goes only with a load of a model that is not in memory. With any request to a loaded model it would cancel the eviction that another model waits for:
/// that one, and every load behind it, would then wait until the loaded one has been idle for the whole time.
/// </remarks>
internal sealed class ModelLoader(OllamaApi api, ModelInventory inventory, ContextPolicy contexts, PendingCalls pending, TimeSpan? keepAlive, TimeSpan budget, TimeProvider clock)
{
    private static readonly TimeSpan LongestTrust = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UnloadPollDelay = TimeSpan.FromMilliseconds(100);

    // A model that was used a moment ago is taken for loaded, so that a busy application does not ask before each request.
    private readonly TimeSpan _trust = keepAlive is { } time && time > TimeSpan.Zero && time < LongestTrust ? time : LongestTrust;
    private readonly ConcurrentDictionary<string, long> _lastUse = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>Sees to it that a model which is not in memory is loaded with the wanted <c>keep_alive</c>, where there is one.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when a request can be sent.</returns>
    internal async ValueTask PrepareAsync(string modelId, CancellationToken cancellationToken)
    {
        if (keepAlive is null)
        {
            return;
        }

        if (!_lastUse.TryGetValue(modelId, out var last) || clock.GetElapsedTime(last) >= _trust)
        {
            await LoadAsync(modelId, cancellationToken).ConfigureAwait(false);
        }

        _lastUse[modelId] = clock.GetTimestamp();
    }

    /// <summary>Loads a model and waits until it is loaded. Sends nothing if it is.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the model is in memory.</returns>
    internal async Task LoadAsync(string modelId, CancellationToken cancellationToken)
    {
        // One at a time: a second load would find the model loaded by the first, and bring its keep_alive too late.
        var gate = _gates.GetOrAdd(ModelName.Normalize(modelId), static _ => new(1, 1));
        using var note = pending.Enter(modelId);
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var loaded = await inventory.FindLoadedAsync(modelId, cancellationToken).ConfigureAwait(false);
            var details = await inventory.GetDetailsAsync(modelId, cancellationToken).ConfigureAwait(false);
            var numCtx = contexts.NumCtx(modelId);
            if (loaded is not null && (numCtx is null || loaded.ContextLength is null || loaded.ContextLength == contexts.Expected(modelId, details)))
            {
                return;
            }

            var path = details.OnlyEmbeds ? "api/embed" : "api/chat";
            using var answer = await api.PostAsync(path, modelId, writer => WriteLoad(writer, details.OnlyEmbeds, numCtx, loaded is null ? keepAlive : null), budget, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Unloads a model and waits until its memory is free. Running requests end first.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the model is gone from memory.</returns>
    internal async Task UnloadAsync(string modelId, CancellationToken cancellationToken)
    {
        _lastUse.TryRemove(modelId, out _);
        using (await api.PostAsync("api/generate", modelId, static writer => writer.WriteNumber("keep_alive"u8, 0), OllamaApi.ControlTimeout, cancellationToken).ConfigureAwait(false))
        {
            // It says that the model will go, not that it is gone.
        }

        await api.Transport.WithinAsync(budget, async token =>
        {
            while (await inventory.FindLoadedAsync(modelId, token).ConfigureAwait(false) is not null)
            {
                await Task.Delay(UnloadPollDelay, clock, token).ConfigureAwait(false);
            }

            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    private static void WriteLoad(Utf8JsonWriter writer, bool embeds, int? numCtx, TimeSpan? keepAlive)
    {
        writer.WriteStartArray(embeds ? "input"u8 : "messages"u8);
        writer.WriteEndArray();
        if (!embeds)
        {
            writer.WriteBoolean("stream"u8, false);
        }

        if (numCtx is { } length)
        {
            writer.WriteStartObject("options"u8);
            writer.WriteNumber("num_ctx"u8, length);
            writer.WriteEndObject();
        }

        if (keepAlive is { } time)
        {
            // A number is seconds; any negative one means for ever.
            writer.WriteNumber("keep_alive"u8, time < TimeSpan.Zero ? -1 : time.TotalSeconds);
        }
    }
}
