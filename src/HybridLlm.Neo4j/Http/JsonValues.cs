using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace HybridLlm.Neo4j.Http;

/// <summary>Writes and reads values as plain JSON the way Neo4j takes them: a number is an integer or a floating-point number by how it is written.</summary>
/// <remarks>
/// <see cref="Utf8JsonWriter"/> writes 100.0 as <c>100</c>, which the server stores as an integer, and <c>/</c> then divides integers. So a double always gets
/// a point here. NaN and the infinities cannot be written; an answer has them as texts.
/// </remarks>
internal static class JsonValues
{
    /// <summary>Writes a value.</summary>
    /// <exception cref="ArgumentException">The value is of a type that no statement uses, or not a number.</exception>
    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
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
            case double number:
                WriteDouble(writer, number);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case IReadOnlyDictionary<string, object?> map:
                WriteMap(writer, map);
                break;
            case IEnumerable<object?> list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"A parameter of a statement cannot be a {value.GetType()}.", nameof(value));
        }
    }

    /// <summary>Writes a map.</summary>
    public static void WriteMap(Utf8JsonWriter writer, IReadOnlyDictionary<string, object?> map)
    {
        writer.WriteStartObject();
        foreach (var (name, item) in map)
        {
            writer.WritePropertyName(name);
            Write(writer, item);
        }

        writer.WriteEndObject();
    }

    /// <summary>Reads the value at which the reader stands.</summary>
    public static object? Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => ReadNumber(ref reader),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.StartObject => ReadObject(ref reader),
        _ => throw new JsonException($"Unexpected {reader.TokenType}."),
    };

    /// <summary>Reads the list at whose beginning the reader stands.</summary>
    public static object?[] ReadArray(ref Utf8JsonReader reader)
    {
        var items = new List<object?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Read(ref reader));
        }

        return [.. items];
    }

    private static void WriteDouble(Utf8JsonWriter writer, double number)
    {
        if (!double.IsFinite(number))
        {
            throw new ArgumentException("A parameter of a statement must be a finite number.", nameof(number));
        }

        Span<byte> text = stackalloc byte[40];
        Utf8Formatter.TryFormat(number, text, out var length);
        if (!text[..length].ContainsAny((byte)'.', (byte)'E'))
        {
            ".0"u8.CopyTo(text[length..]);
            length += 2;
        }

        writer.WriteRawValue(text[..length], skipInputValidation: true);
    }

    private static object ReadNumber(ref Utf8JsonReader reader)
    {
        var text = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        return !text.ContainsAny((byte)'.', (byte)'e', (byte)'E') && reader.TryGetInt64(out var whole) ? (object)whole : reader.GetDouble();
    }

    private static Dictionary<string, object?> ReadObject(ref Utf8JsonReader reader)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            map[name] = Read(ref reader);
        }

        return map;
    }
}
