using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace HybridLlm.StructuredOutput;

/// <summary>Asks for an answer in the shape of a type and reads it.</summary>
/// <remarks>Backends want an object at the root of a schema, so the schema of any other shape is wrapped in one with a single property.</remarks>
internal sealed class JsonAnswer<T>
{
    private const string Wrapper = "value";
    private static readonly ConcurrentDictionary<JsonSerializerOptions, JsonAnswer<T>> Known = new();

    private readonly JsonTypeInfo<T> _type;
    private readonly bool _wrapped;

    private JsonAnswer(JsonSerializerOptions options)
    {
        _type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        var schema = AIJsonUtilities.CreateJsonSchema(typeof(T), serializerOptions: options);
        _wrapped = !IsObject(schema);
        Format = ChatResponseFormat.ForJsonSchema(_wrapped ? Wrap(schema) : schema, SchemaName());
    }

    /// <summary>Gets the response format to ask for.</summary>
    public ChatResponseFormat Format { get; }

    /// <exception cref="NotSupportedException">The serializer options have no metadata for the type.</exception>
    public static JsonAnswer<T> For(JsonSerializerOptions? options) =>
        Known.GetOrAdd(options ?? AIJsonUtilities.DefaultOptions, static o => new(o));

    /// <summary>Reads an answer. JSON that stands between words or code fences is found.</summary>
    /// <returns>What is wrong with it; <see langword="null"/> when it could be read.</returns>
    public string? Read(string text, out T? value)
    {
        value = default;
        var span = text.AsSpan();
        var start = span.IndexOfAny(_wrapped || _type.Kind == JsonTypeInfoKind.Object || _type.Kind == JsonTypeInfoKind.Dictionary ? "{" : "{[\"");
        var end = span.LastIndexOfAny("}]\"");
        if (start < 0 || end <= start)
        {
            return "gave an answer that holds no JSON";
        }

        try
        {
            using var document = JsonDocument.Parse(text.AsMemory(start, end - start + 1));
            var root = document.RootElement;
            if (_wrapped && !root.TryGetProperty(Wrapper, out root))
            {
                return $"gave JSON without the property '{Wrapper}'";
            }

            value = root.Deserialize(_type);
            return value is null ? "gave the JSON value null" : null;
        }
        catch (JsonException exception)
        {
            return $"gave an answer that is not a {typeof(T).Name} in JSON: {exception.Message}";
        }
    }

    private static bool IsObject(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type)
        && (type.ValueKind == JsonValueKind.String ? type.ValueEquals("object") : type.ValueKind == JsonValueKind.Array && type.EnumerateArray().Any(t => t.ValueEquals("object")));

    private static JsonElement Wrap(JsonElement schema)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "object");
            writer.WriteStartObject("properties");
            writer.WritePropertyName(Wrapper);
            schema.WriteTo(writer);
            writer.WriteEndObject();
            writer.WriteStartArray("required");
            writer.WriteStringValue(Wrapper);
            writer.WriteEndArray();
            writer.WriteBoolean("additionalProperties", false);
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        return document.RootElement.Clone();
    }

    /// <summary>Backends allow letters, digits, dashes and underscores in a schema's name.</summary>
    private static string SchemaName() => string.Concat(typeof(T).Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
