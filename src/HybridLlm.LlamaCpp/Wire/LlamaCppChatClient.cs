using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.LlamaCpp.Wire;

/// <summary>Chat with a model of a llama-server: waits for one that is starting, keeps requests to its rules and reads its timings.</summary>
internal sealed class LlamaCppChatClient(IChatClient inner, string provider, string modelId, Func<CancellationToken, ValueTask> ready) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = RequestRules.Apply(options, provider, modelId);
        await ready(cancellationToken).ConfigureAwait(false);
        var response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        if (FindTimings(response) is { } timings)
        {
            (response.AdditionalProperties ??= [])[LlamaCppPropertyNames.Timings] = timings;
        }

        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options = RequestRules.Apply(options, provider, modelId);
        await ready(cancellationToken).ConfigureAwait(false);
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            if (ReadTimings(update.AdditionalProperties) is { } timings)
            {
                update.AdditionalProperties![LlamaCppPropertyNames.Timings] = timings;
            }

            yield return update;
        }
    }

    // What a stream's last update tells of the whole answer ends up at the message when the stream is put together.
    private static LlamaCppTimings? FindTimings(ChatResponse response)
    {
        var timings = ReadTimings(response.AdditionalProperties);
        foreach (var message in response.Messages)
        {
            timings ??= ReadTimings(message.AdditionalProperties);
            message.AdditionalProperties?.Remove(LlamaCppPropertyNames.Timings);
        }

        return timings;
    }

    private static LlamaCppTimings? ReadTimings(AdditionalPropertiesDictionary? properties) =>
        properties?.TryGetValue(LlamaCppPropertyNames.Timings, out var value) == true && value is JsonElement element ? LlamaCppTimings.Read(element) : null;
}
