using System.Text.Json;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Reads token probabilities.</summary>
internal static class LogprobReader
{
    /// <summary>Reads <c>{"content":[…]}</c>.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <returns>The tokens; <see langword="null"/> if there are none.</returns>
    internal static List<TokenLogprob>? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        List<TokenLogprob>? tokens = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isContent = reader.ValueTextEquals("content"u8);
            reader.Read();
            if (isContent && reader.TokenType == JsonTokenType.StartArray)
            {
                tokens = ReadTokens(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return tokens is { Count: > 0 } ? tokens : null;
    }

    /// <summary>Reads a list of tokens.</summary>
    /// <param name="reader">Stands on the beginning of the list.</param>
    /// <returns>The tokens.</returns>
    internal static List<TokenLogprob> ReadTokens(ref Utf8JsonReader reader)
    {
        var tokens = new List<TokenLogprob>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                tokens.Add(ReadToken(ref reader));
            }
            else
            {
                reader.Skip();
            }
        }

        return tokens;
    }

    private static TokenLogprob ReadToken(ref Utf8JsonReader reader)
    {
        var token = "";
        var logprob = 0.0;
        byte[]? bytes = null;
        IReadOnlyList<TokenLogprob> alternatives = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("token"u8))
            {
                reader.Read();
                token = JsonRead.String(ref reader) ?? "";
            }
            else if (reader.ValueTextEquals("logprob"u8))
            {
                reader.Read();
                logprob = reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) ? number : double.NegativeInfinity;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("bytes"u8))
            {
                reader.Read();
                bytes = ReadBytes(ref reader);
            }
            else
            {
                var isTop = reader.ValueTextEquals("top_logprobs"u8);
                reader.Read();
                if (isTop && reader.TokenType == JsonTokenType.StartArray)
                {
                    alternatives = ReadTokens(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return new TokenLogprob(token, logprob) { Bytes = bytes is null ? (ReadOnlyMemory<byte>?)null : bytes, Alternatives = alternatives };
    }

    private static byte[]? ReadBytes(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        var bytes = new List<byte>(8);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetByte(out var value))
            {
                bytes.Add(value);
            }
            else
            {
                reader.Skip();
            }
        }

        return [.. bytes];
    }
}
