using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Puts a response together from a stream.</summary>
internal static class StreamedResponse
{
    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <returns>The response, as if it had come at once.</returns>
    internal static async Task<ChatResponse> AssembleAsync(IAsyncEnumerable<ChatResponseUpdate> stream)
    {
        var updates = new List<ChatResponseUpdate>();
        List<TokenLogprob>? logprobs = null;
        await foreach (var update in stream.ConfigureAwait(false))
        {
            if (update.AdditionalProperties?.TryGetValue(OpenAIOptionKeys.Logprobs, out var value) == true && value is List<TokenLogprob> tokens)
            {
                (logprobs ??= []).AddRange(tokens);
            }

            updates.Add(update);
        }

        var response = updates.ToChatResponse();

        // They were put into the message, each piece over the one before; an answer that is not streamed has them in the response.
        if (response.AdditionalProperties is null && response.Messages is [.., { AdditionalProperties: { } properties } message])
        {
            response.AdditionalProperties = properties;
            message.AdditionalProperties = null;
        }

        if (logprobs is not null)
        {
            (response.AdditionalProperties ??= [])[OpenAIOptionKeys.Logprobs] = logprobs;
        }

        return response;
    }
}
