using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Writes OpenAI's form of <c>response_format</c>.</summary>
internal static class ResponseFormatWriter
{
    private const int MaxNameLength = 64;

    /// <summary>Writes the format.</summary>
    /// <param name="writer">Writes into the request's object.</param>
    /// <param name="format">The format.</param>
    /// <param name="strict">Whether the schema is to be followed strictly.</param>
    /// <param name="writeSchema">Writes the schema; <see langword="null"/> to write it as it is.</param>
    internal static void Write(Utf8JsonWriter writer, ChatResponseFormatJson format, bool? strict, Action<Utf8JsonWriter, JsonElement>? writeSchema = null)
    {
        writer.WriteStartObject("response_format"u8);
        if (format.Schema is not { } schema)
        {
            writer.WriteString("type"u8, "json_object"u8);
        }
        else
        {
            writer.WriteString("type"u8, "json_schema"u8);
            writer.WriteStartObject("json_schema"u8);
            writer.WriteString("name"u8, Name(format.SchemaName));
            if (format.SchemaDescription is { } description)
            {
                writer.WriteString("description"u8, description);
            }

            if (strict is { } value)
            {
                writer.WriteBoolean("strict"u8, value);
            }

            writer.WritePropertyName("schema"u8);
            if (writeSchema is null)
            {
                schema.WriteTo(writer);
            }
            else
            {
                writeSchema(writer, schema);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    // The name is required, of letters, digits, '_' and '-' only.
    private static string Name(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "response";
        }

        var length = Math.Min(name.Length, MaxNameLength);
        return string.Create(length, name, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(source[i]) || source[i] is '_' or '-' ? source[i] : '_';
            }
        });
    }
}
