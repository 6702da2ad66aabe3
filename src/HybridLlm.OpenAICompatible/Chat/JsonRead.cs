using System.Text;
using System.Text.Json;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Reads single values. The reader stands on the value and is left on its last token.</summary>
internal static class JsonRead
{
    /// <summary>Reads a text that is not empty: a string, or the texts of a list of parts.</summary>
    /// <param name="reader">The reader.</param>
    /// <returns>The text; <see langword="null"/> if there is none.</returns>
    internal static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.ValueSpan.IsEmpty ? null : Lenient(ref reader);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        StringBuilder? text = null;
        var depth = reader.CurrentDepth;
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth))
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isText = reader.CurrentDepth == depth + 2 && reader.ValueTextEquals("text"u8);
            reader.Read();
            if (isText && reader.TokenType == JsonTokenType.String)
            {
                (text ??= new()).Append(Lenient(ref reader));
            }
            else
            {
                reader.Skip();
            }
        }

        return text is { Length: > 0 } ? text.ToString() : null;
    }

    /// <summary>Reads a string that is mostly the same as before, without making it again.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="before">The string before.</param>
    /// <returns>The string before, unless another one that is not empty was read.</returns>
    internal static string? SameOrString(ref Utf8JsonReader reader, string? before)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.IsEmpty)
        {
            reader.Skip();
            return before;
        }

        return before is not null && reader.ValueTextEquals(before) ? before : Lenient(ref reader);
    }

    internal static string? String(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return Lenient(ref reader);
        }

        reader.Skip();
        return null;
    }

    internal static string? FinishReason(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.IsEmpty)
        {
            reader.Skip();
            return null;
        }

        return reader.ValueTextEquals("stop"u8) ? "stop"
            : reader.ValueTextEquals("length"u8) ? "length"
            : reader.ValueTextEquals("tool_calls"u8) ? "tool_calls"
            : Lenient(ref reader);
    }

    internal static long? Long(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            reader.Skip();
            return null;
        }

        return reader.TryGetInt64(out var whole) ? whole
            : reader.TryGetDouble(out var number) && Math.Abs(number) < 1e15 ? (long)number
            : null;
    }

    // A text may hold half a character: a broken byte sequence, or one half of an escaped surrogate pair. It must not cost the answer.
    private static string Lenient(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return reader.ValueIsEscaped ? Unescape(Encoding.UTF8.GetString(reader.ValueSpan)) : Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static string Unescape(string escaped)
    {
        var text = new StringBuilder(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                text.Append(escaped[i]);
                continue;
            }

            i++;
            if (escaped[i] == 'u')
            {
                text.Append((char)Convert.ToInt32(escaped.Substring(i + 1, 4), 16));
                i += 4;
            }
            else
            {
                text.Append(escaped[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other });
            }
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                text[i] = '\uFFFD';
            }
        }

        return text.ToString();
    }
}
