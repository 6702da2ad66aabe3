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
        ReadTimings(response.AdditionalProperties);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options = RequestRules.Apply(options, provider, modelId);
        await ready(cancellationToken).ConfigureAwait(false);
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            ReadTimings(update.AdditionalProperties);
            yield return update;
        }
    }

    private static void ReadTimings(AdditionalPropertiesDictionary? properties)
    {
        if (properties?.TryGetValue(LlamaCppPropertyNames.Timings, out var value) == true && value is JsonElement element)
        {
            properties[LlamaCppPropertyNames.Timings] = LlamaCppTimings.Read(element);
        }
    }
}
