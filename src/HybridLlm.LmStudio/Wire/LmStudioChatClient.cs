using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.LmStudio.Wire;

/// <summary>Chat with a model of LM Studio: one request loads it, thoughts are told apart from the answer, and an answer of another model is none.</summary>
/// <param name="inner">Speaks the wire.</param>
/// <param name="modelId">The model.</param>
/// <param name="gate">Lets the request go that loads the model.</param>
/// <param name="refuseOther">Throws if the model that answered is not the one that was asked.</param>
internal sealed class LmStudioChatClient(IChatClient inner, string modelId, LoadGate gate, Action<string?> refuseOther) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatResponse response;
        using (var pass = await gate.EnterAsync(modelId, cancellationToken).ConfigureAwait(false))
        {
            response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
            pass.AnswerBegan();
        }

        refuseOther(response.ModelId);
        foreach (var message in response.Messages)
        {
            new ThinkTags().Split(message.Contents, isLast: true);
        }

        ReadStats(response.AdditionalProperties);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var thoughts = new ThinkTags();
        var began = false;
        using var pass = await gate.EnterAsync(modelId, cancellationToken).ConfigureAwait(false);
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            if (!began)
            {
                began = true;
                pass.AnswerBegan();
                refuseOther(update.ModelId);
            }

            thoughts.Split(update.Contents, update.FinishReason is not null);
            ReadStats(update.AdditionalProperties);
            yield return update;
        }
    }

    private static void ReadStats(AdditionalPropertiesDictionary? properties)
    {
        if (properties?.TryGetValue(LmStudioPropertyNames.Stats, out var value) != true || value is not JsonElement element)
        {
            return;
        }

        if (LmStudioStats.Read(element) is { } stats)
        {
            properties[LmStudioPropertyNames.Stats] = stats;
        }
        else
        {
            properties.Remove(LmStudioPropertyNames.Stats);
        }
    }
}
