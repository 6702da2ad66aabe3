using System.Text.Json;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Reads an answer, or an event of a stream, straight from its bytes. Both have the same shape: <c>message</c> of the one is <c>delta</c> of the other.</summary>
/// <remarks>Nothing is required and nothing of a wrong type hurts: it counts as missing. Of several choices the one with index 0 counts.</remarks>
internal static class ChatPayloadReader
{
    /// <summary>Reads an object.</summary>
    /// <param name="json">The object's bytes.</param>
    /// <param name="chunk">Takes what the object says.</param>
    /// <param name="dialect">The server's dialect.</param>
    /// <exception cref="JsonException">The bytes are not a JSON object.</exception>
    internal static void Read(ReadOnlySpan<byte> json, ChatChunk chunk, OpenAIDialect dialect)
    {
        chunk.Clear();
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A JSON object was expected.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember(ref reader, chunk, dialect);
        }

        reader.Read(); // Throws if something follows.
    }

    private static void ReadMember(ref Utf8JsonReader reader, ChatChunk chunk, OpenAIDialect dialect)
    {
        if (reader.ValueTextEquals("choices"u8))
        {
            reader.Read();
            ReadChoices(ref reader, chunk);
        }
        else if (reader.ValueTextEquals("id"u8))
        {
            reader.Read();
            chunk.Id = JsonRead.SameOrString(ref reader, chunk.Id);
        }
        else if (reader.ValueTextEquals("model"u8))
        {
            reader.Read();
            chunk.Model = JsonRead.SameOrString(ref reader, chunk.Model);
        }
        else if (reader.ValueTextEquals("created"u8))
        {
            reader.Read();
            if (JsonRead.Long(ref reader) is { } seconds and > 0 and < 253_402_300_800)
            {
                chunk.Created ??= DateTimeOffset.FromUnixTimeSeconds(seconds);
            }
        }
        else if (reader.ValueTextEquals("usage"u8))
        {
            reader.Read();
            chunk.Usage = UsageReader.Read(ref reader);
        }
        else if (reader.ValueTextEquals("error"u8))
        {
            reader.Read();
            chunk.HasError |= reader.TokenType is not (JsonTokenType.Null or JsonTokenType.False);
            reader.Skip();
        }
        else
        {
            ReadOther(ref reader, chunk, dialect);
        }
    }

    private static void ReadOther(ref Utf8JsonReader reader, ChatChunk chunk, OpenAIDialect dialect)
    {
        var isErrorText = reader.ValueTextEquals("detail"u8) || reader.ValueTextEquals("error_message"u8) || reader.ValueTextEquals("message"u8);
        var kept = reader.HasValueSequence || reader.ValueIsEscaped ? null : dialect.GetKeptProperty(reader.ValueSpan);
        reader.Read();
        if (kept is not null)
        {
            (chunk.Kept ??= [])[kept] = JsonText.ReadElement(ref reader);
            return;
        }

        chunk.HasErrorText |= isErrorText && reader.TokenType is JsonTokenType.String or JsonTokenType.StartArray;
        reader.Skip();
    }

    private static void ReadChoices(ref Utf8JsonReader reader, ChatChunk chunk)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        chunk.HasChoices = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject || chunk.HasChoice)
            {
                reader.Skip();
                continue;
            }

            if (ReadChoice(ref reader, chunk) == 0)
            {
                chunk.HasChoice = true;
            }
            else
            {
                chunk.ClearChoice();
            }
        }
    }

    private static long ReadChoice(ref Utf8JsonReader reader, ChatChunk chunk)
    {
        var index = 0L;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("delta"u8))
            {
                reader.Read();
                ReadMessage(ref reader, chunk, isWhole: false);
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                reader.Read();
                ReadMessage(ref reader, chunk, isWhole: true);
            }
            else if (reader.ValueTextEquals("finish_reason"u8))
            {
                reader.Read();
                chunk.FinishReason = JsonRead.FinishReason(ref reader);
            }
            else if (reader.ValueTextEquals("index"u8))
            {
                reader.Read();
                index = JsonRead.Long(ref reader) ?? 0;
            }
            else if (reader.ValueTextEquals("logprobs"u8))
            {
                reader.Read();
                chunk.Logprobs = LogprobReader.Read(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return index;
    }

    private static void ReadMessage(ref Utf8JsonReader reader, ChatChunk chunk, bool isWhole)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                chunk.Text = JsonRead.Text(ref reader);
            }
            else if (reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8))
            {
                // Servers that have renamed the member send both names for a while.
                reader.Read();
                var reasoning = JsonRead.Text(ref reader);
                chunk.Reasoning ??= reasoning;
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                reader.Read();
                ToolCallReader.Read(ref reader, chunk.ToolCalls, isWhole);
            }
            else if (reader.ValueTextEquals("refusal"u8))
            {
                reader.Read();
                chunk.Refusal = JsonRead.Text(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }
}
