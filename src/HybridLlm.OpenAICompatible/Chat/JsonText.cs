using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Parses what servers send as JSON so that every text in it can be read.</summary>
/// <remarks>
/// The parser lets half a character pass, be it bytes that are not UTF-8 or one half of an escaped surrogate pair, and throws where that text is read, were it only
/// the name of a member that is looked past. Here it becomes U+FFFD before.
/// </remarks>
internal static class JsonText
{
    private const int EscapeLength = 6;

    /// <summary>Parses a document.</summary>
    /// <param name="json">Its bytes, which are copied.</param>
    /// <returns>The document.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    internal static JsonDocument Parse(ReadOnlySpan<byte> json) => JsonDocument.Parse(Mend(json));

    /// <summary>Parses a value.</summary>
    /// <param name="json">Its bytes.</param>
    /// <returns>The value.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    internal static JsonElement ParseElement(ReadOnlySpan<byte> json) => JsonElement.Parse(Mend(json));

    /// <summary>Parses a value.</summary>
    /// <param name="json">Its text.</param>
    /// <returns>The value.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    internal static JsonElement ParseElement(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        MendEscapes(bytes);
        return JsonElement.Parse(bytes);
    }

    /// <summary>Reads the value that a reader stands on, and is left on its last token.</summary>
    /// <param name="reader">The reader.</param>
    /// <returns>The value.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    internal static JsonElement ReadElement(ref Utf8JsonReader reader)
    {
        var element = JsonElement.ParseValue(ref reader);
        var raw = JsonMarshal.GetRawUtf8Value(element);
        return raw.Contains((byte)'\\') || !Utf8.IsValid(raw) ? JsonElement.Parse(Mend(raw)) : element;
    }

    /// <summary>Parses the first value of what may be several.</summary>
    /// <param name="json">The bytes.</param>
    /// <returns>The value.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    internal static JsonElement ParseFirst(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(Mend(json));
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>Tells whether a <see cref="Utf8JsonReader"/> could not read what it was given: no JSON, or a name or a word in it with half a character.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>Whether it is about the text.</returns>
    internal static bool IsUnreadable(Exception exception) => exception is JsonException or InvalidOperationException;

    private static byte[] Mend(ReadOnlySpan<byte> json)
    {
        var bytes = Utf8.IsValid(json) ? json.ToArray() : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        MendEscapes(bytes);
        return bytes;
    }

    private static void MendEscapes(Span<byte> json)
    {
        while (json.IndexOf((byte)'\\') is var at and >= 0)
        {
            json = json[at..];
            var length = 2;
            if (Unit(json) is { } unit)
            {
                length = EscapeLength;
                if (char.IsHighSurrogate(unit) && Unit(json[EscapeLength..]) is { } low && char.IsLowSurrogate(low))
                {
                    length = 2 * EscapeLength;
                }
                else if (char.IsSurrogate(unit))
                {
                    "fffd"u8.CopyTo(json[2..]);
                }
            }

            json = json[Math.Min(length, json.Length)..];
        }
    }

    // The UTF-16 unit that is escaped here as \uXXXX, if one is.
    private static char? Unit(ReadOnlySpan<byte> json) =>
        json.Length >= EscapeLength && json[0] == '\\' && json[1] == 'u'
            && ushort.TryParse(json[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
