using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;

namespace HybridLlm.Ollama.Chat;

/// <summary>Reads a line of an answer straight from its bytes.</summary>
/// <remarks>Nothing is required and nothing of a wrong type hurts: it counts as missing, as do numbers that are 0 and texts that are empty.</remarks>
internal static class AnswerLineParser
{
    /// <summary>Reads a line.</summary>
    /// <param name="json">The line's bytes.</param>
    /// <param name="line">Takes what the line says.</param>
    /// <exception cref="JsonException">The bytes are not a JSON object.</exception>
    internal static void Parse(ReadOnlySpan<byte> json, AnswerLine line)
    {
        line.Clear();
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A JSON object was expected.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadContent(ref reader, line) && !ReadEnd(ref reader, line))
            {
                reader.Read();
                reader.Skip();
            }
        }

        reader.Read(); // Throws if something follows.
    }

    private static bool ReadContent(ref Utf8JsonReader reader, AnswerLine line)
    {
        if (reader.ValueTextEquals("message"u8))
        {
            reader.Read();
            ReadMessage(ref reader, line);
        }
        else if (reader.ValueTextEquals("model"u8))
        {
            reader.Read();
            line.Model = JsonRead.SameOrString(ref reader, line.Model);
        }
        else if (reader.ValueTextEquals("created_at"u8))
        {
            reader.Read();
            ReadCreated(ref reader, line);
        }
        else if (reader.ValueTextEquals("logprobs"u8))
        {
            reader.Read();
            ReadLogprobs(ref reader, line);
        }
        else if (reader.ValueTextEquals("error"u8))
        {
            reader.Read();
            line.IsError |= reader.TokenType is not (JsonTokenType.Null or JsonTokenType.False);
            reader.Skip();
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool ReadEnd(ref Utf8JsonReader reader, AnswerLine line)
    {
        if (reader.ValueTextEquals("done"u8))
        {
            reader.Read();
            line.IsDone = reader.TokenType == JsonTokenType.True;
            reader.Skip();
        }
        else if (reader.ValueTextEquals("done_reason"u8))
        {
            reader.Read();
            line.DoneReason = JsonRead.FinishReason(ref reader);
        }
        else if (reader.ValueTextEquals("prompt_eval_count"u8))
        {
            line.PromptTokens = ReadLong(ref reader);
        }
        else if (reader.ValueTextEquals("eval_count"u8))
        {
            line.GeneratedTokens = ReadLong(ref reader);
        }
        else if (reader.ValueTextEquals("total_duration"u8))
        {
            line.TotalNanoseconds = ReadLong(ref reader);
        }
        else if (reader.ValueTextEquals("load_duration"u8))
        {
            line.LoadNanoseconds = ReadLong(ref reader);
        }
        else if (reader.ValueTextEquals("prompt_eval_duration"u8))
        {
            line.PromptNanoseconds = ReadLong(ref reader);
        }
        else if (reader.ValueTextEquals("eval_duration"u8))
        {
            line.GenerationNanoseconds = ReadLong(ref reader);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static void ReadMessage(ref Utf8JsonReader reader, AnswerLine line)
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
                line.Text = JsonRead.Text(ref reader);
            }
            else if (reader.ValueTextEquals("thinking"u8))
            {
                reader.Read();
                line.Thinking = JsonRead.Text(ref reader);
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                reader.Read();
                ToolCallReader.Read(ref reader, line.ToolCalls, isWhole: true);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static void ReadCreated(ref Utf8JsonReader reader, AnswerLine line)
    {
        if (line.Created is null && reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var created))
        {
            line.Created = created;
        }

        reader.Skip();
    }

    private static void ReadLogprobs(ref Utf8JsonReader reader, AnswerLine line)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            line.Logprobs = LogprobReader.ReadTokens(ref reader) is { Count: > 0 } tokens ? tokens : null;
        }
        else
        {
            reader.Skip();
        }
    }

    private static long? ReadLong(ref Utf8JsonReader reader)
    {
        reader.Read();
        return JsonRead.Long(ref reader);
    }
}
