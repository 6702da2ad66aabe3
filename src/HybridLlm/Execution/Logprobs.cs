using System.Collections;
using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>Carries token probabilities from the updates of a stream to the whole answer.</summary>
internal static class Logprobs
{
    /// <summary>Puts the token probabilities of updates together, which otherwise keep only the last piece's.</summary>
    /// <param name="updates">The updates of a stream.</param>
    /// <param name="response">The answer that was made of them.</param>
    public static void Gather(List<ChatResponseUpdate> updates, ChatResponse response)
    {
        IList? all = null;
        foreach (var update in updates)
        {
            if (update.AdditionalProperties?.TryGetValue(HybridLlmOptionKeys.Logprobs, out var value) != true || value is not (IReadOnlyList<ITokenLogprob> and IList { IsFixedSize: false } piece))
            {
                continue;
            }

            // The first piece's own list grows, so that the whole is of the provider's type.
            if (all is null)
            {
                all = piece;
                continue;
            }

            foreach (var token in piece)
            {
                all.Add(token);
            }
        }

        if (all is not null)
        {
            RemoveFrom(response);
            (response.AdditionalProperties ??= [])[HybridLlmOptionKeys.Logprobs] = all;
        }
    }

    /// <summary>Does the same without a change to the updates.</summary>
    public static void Copy(List<ChatResponseUpdate> updates, ChatResponse response)
    {
        List<ITokenLogprob>? all = null;
        foreach (var update in updates)
        {
            if (update.AdditionalProperties?.TryGetValue(HybridLlmOptionKeys.Logprobs, out var value) == true && value is IReadOnlyList<ITokenLogprob> piece)
            {
                (all ??= []).AddRange(piece);
            }
        }

        if (all is not null)
        {
            response.AdditionalProperties = new() { [HybridLlmOptionKeys.Logprobs] = all };
        }
    }

    /// <summary>Takes token probabilities out of an answer whose caller did not ask for them.</summary>
    public static void RemoveFrom(ChatResponse response)
    {
        response.AdditionalProperties?.Remove(HybridLlmOptionKeys.Logprobs);
        foreach (var message in response.Messages)
        {
            message.AdditionalProperties?.Remove(HybridLlmOptionKeys.Logprobs);
        }
    }
}
