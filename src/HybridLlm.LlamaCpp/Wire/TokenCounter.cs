using System.Text.Json;

namespace HybridLlm.LlamaCpp.Wire;

/// <summary>Counts the tokens of a conversation with the server's own template and tokenizer.</summary>
internal sealed class TokenCounter(string provider, IServerApi api)
{
    private const int NotFound = 404;

    /// <summary>Counts.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="writeRequest">Writes the chat request that is counted.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The number of tokens.</returns>
    public async Task<int> CountAsync(string modelId, Action<Utf8JsonWriter> writeRequest, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.PostAsync("v1/chat/completions/input_tokens", writeRequest, cancellationToken).ConfigureAwait(false);
            return Member(answer, "input_tokens") is { ValueKind: JsonValueKind.Number } count && count.TryGetInt32(out var tokens) ? tokens : throw NotUnderstood(modelId, answer);
        }
        catch (ProviderException exception) when (exception.StatusCode == NotFound)
        {
            // A server from before the end of 2025 counts in two steps.
            return await CountInStepsAsync(modelId, writeRequest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<int> CountInStepsAsync(string modelId, Action<Utf8JsonWriter> writeRequest, CancellationToken cancellationToken)
    {
        using var applied = await api.PostAsync("apply-template", writeRequest, cancellationToken).ConfigureAwait(false);
        var prompt = Member(applied, "prompt");
        if (prompt.ValueKind != JsonValueKind.String)
        {
            throw NotUnderstood(modelId, applied);
        }

        using var tokenized = await api.PostAsync("tokenize", Write, cancellationToken).ConfigureAwait(false);
        return Member(tokenized, "tokens") is { ValueKind: JsonValueKind.Array } tokens
            ? tokens.GetArrayLength()
            : throw NotUnderstood(modelId, tokenized);

        void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, modelId);
            writer.WriteString("content"u8, prompt.GetString());
            writer.WriteBoolean("add_special"u8, true);
            writer.WriteBoolean("parse_special"u8, true);
            writer.WriteEndObject();
        }
    }

    private static JsonElement Member(JsonDocument answer, string name) =>
        answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty(name, out var member) ? member : default;

    private ProviderException NotUnderstood(string modelId, JsonDocument answer)
    {
        var text = answer.RootElement.GetRawText();
        return new(ProviderErrorKind.InvalidResponse, $"Provider '{provider}' answered the question for a number of tokens with something else.")
        {
            Provider = provider,
            ModelId = modelId,
            ResponseExcerpt = text.Length > 2_000 ? text[..2_000] : text,
        };
    }
}
