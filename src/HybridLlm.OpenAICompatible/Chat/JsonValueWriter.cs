using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Writes values of unknown type as JSON: what is JSON already, simple values, and lists and dictionaries of these.</summary>
/// <remarks>Other objects are not JSON here, even where a serializer would find a way: an additional property may be anything, a service included.</remarks>
internal static class JsonValueWriter
{
    private const int MaxDepth = 32;

    /// <summary>Tells whether a value can be written.</summary>
    /// <param name="value">The value.</param>
    /// <param name="depth">How deep it lies.</param>
    /// <returns>Whether it can.</returns>
    internal static bool CanWrite(object? value, int depth = 0) => depth <= MaxDepth && value switch
    {
        null or string or bool or JsonElement { ValueKind: not JsonValueKind.Undefined } or JsonNode or JsonDocument => true,
        byte or sbyte or short or ushort or int or uint or long or ulong or decimal => true,
        float number => float.IsFinite(number),
        double number => double.IsFinite(number),
        IReadOnlyDictionary<string, object?> map => map.All(pair => CanWrite(pair.Value, depth + 1)),
        IDictionary<string, object?> map => map.All(pair => CanWrite(pair.Value, depth + 1)),
        IEnumerable<KeyValuePair<string, string>> => true,
        IEnumerable list => list.Cast<object?>().All(item => CanWrite(item, depth + 1)),
        _ => false,
    };

    /// <summary>Writes a value for which <see cref="CanWrite"/> is true.</summary>
    /// <param name="writer">Writes the value.</param>
    /// <param name="value">The value.</param>
    internal static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case uint number:
                writer.WriteNumberValue(number);
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            case byte number:
                writer.WriteNumberValue(number);
                break;
            case sbyte number:
                writer.WriteNumberValue(number);
                break;
            case short number:
                writer.WriteNumberValue(number);
                break;
            case ushort number:
                writer.WriteNumberValue(number);
                break;
            case float number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case JsonElement element:
                element.WriteTo(writer);
                break;
            case JsonDocument document:
                document.RootElement.WriteTo(writer);
                break;
            case JsonNode node:
                node.WriteTo(writer);
                break;
            case IReadOnlyDictionary<string, object?> map:
                WriteObject(writer, map);
                break;
            case IDictionary<string, object?> map:
                WriteObject(writer, map);
                break;
            case IEnumerable<KeyValuePair<string, string>> map:
                WriteObject(writer, map.Select(static pair => KeyValuePair.Create(pair.Key, (object?)pair.Value)));
                break;
            case IEnumerable list:
                WriteArray(writer, list);
                break;
            default:
                throw new ArgumentException($"A value of type {value.GetType().Name} is not JSON.", nameof(value));
        }
    }

    /// <summary>Gets the text that a tool's result is sent as: strings as they are, other values as JSON where their type is known to the serializer.</summary>
    /// <param name="result">The result.</param>
    /// <returns>The text.</returns>
    internal static string ToText(object? result) => result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } element => element.GetString()!,
        JsonElement { ValueKind: JsonValueKind.Undefined } => "",
        JsonElement element => element.GetRawText(),
        _ when CanWrite(result) => Serialize(result),
        _ when AIJsonUtilities.DefaultOptions.TryGetTypeInfo(result.GetType(), out var type) => JsonSerializer.Serialize(result, type),
        _ => result.ToString() ?? "",
    };

    /// <summary>Writes a value as JSON text.</summary>
    /// <param name="value">The value; <see cref="CanWrite"/> is true for it.</param>
    /// <returns>The text.</returns>
    internal static string Serialize(object? value)
    {
        using var content = Http.PooledJsonContent.Create(value, static (writer, state) => Write(writer, state));
        var text = System.Text.Encoding.UTF8.GetString(content.Span);
        content.Return();
        return text;
    }

    private static void WriteObject(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> members)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, IEnumerable list)
    {
        writer.WriteStartArray();
        foreach (var item in list)
        {
            Write(writer, item);
        }

        writer.WriteEndArray();
    }
}
