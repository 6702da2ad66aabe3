using System.Text.Json;
using System.Text.Json.Nodes;

namespace HybridLlm.Testing.Generation;

/// <summary>
/// Makes a small instance of a JSON schema. Keywords that a grammar-constrained backend enforces are obeyed; of those that it
/// ignores (<c>not</c>, <c>if</c>, <c>uniqueItems</c> and their like) nothing is promised.
/// </summary>
internal static class SchemaInstance
{
    private const int MaxDepth = 16;

    private static readonly Dictionary<string, string> Formats = new(StringComparer.Ordinal)
    {
        ["date"] = "2030-01-01",
        ["time"] = "12:00:00Z",
        ["date-time"] = "2030-01-01T12:00:00Z",
        ["duration"] = "P1D",
        ["email"] = "user@example.com",
        ["hostname"] = "example.com",
        ["ipv4"] = "192.0.2.1",
        ["ipv6"] = "2001:db8::1",
        ["uri"] = "https://example.com/",
        ["uuid"] = "00000000-0000-4000-8000-000000000000",
    };

    /// <summary>Makes an instance.</summary>
    /// <param name="schema">The schema; an undefined element is one that allows everything.</param>
    /// <returns>The instance as JSON text without blanks.</returns>
    public static string Create(JsonElement schema) =>
        (schema.ValueKind == JsonValueKind.Undefined ? new JsonObject() : Make(schema, schema, 0))?.ToJsonString() ?? "null";

    private static JsonNode? Make(JsonElement schema, JsonElement root, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > MaxDepth)
        {
            return new JsonObject();
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Make(Resolve(reference.GetString() ?? "#", root), root, depth + 1);
        }

        if (schema.TryGetProperty("const", out var constant))
        {
            return Node(constant);
        }

        if (schema.TryGetProperty("enum", out var values) && values.GetArrayLength() > 0)
        {
            return Node(values[0]);
        }

        foreach (var keyword in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(keyword, out var options) && options.GetArrayLength() > 0)
            {
                return Make(options[0], root, depth + 1);
            }
        }

        return schema.TryGetProperty("allOf", out var all) ? MakeAll(schema, all, root, depth) : MakeTyped(schema, root, depth);
    }

    private static JsonNode? MakeAll(JsonElement schema, JsonElement all, JsonElement root, int depth)
    {
        var made = schema.TryGetProperty("properties", out _) ? MakeObject(schema, root, depth) : null;
        foreach (var part in all.EnumerateArray())
        {
            var node = Make(part, root, depth + 1);
            if (made is null || node is not JsonObject properties)
            {
                made ??= node as JsonObject;
                if (made is null)
                {
                    return node;
                }

                continue;
            }

            foreach (var property in properties.ToList())
            {
                properties.Remove(property.Key);
                made[property.Key] = property.Value;
            }
        }

        return made;
    }

    private static JsonNode? MakeTyped(JsonElement schema, JsonElement root, int depth) => TypeOf(schema) switch
    {
        "object" => MakeObject(schema, root, depth),
        "array" => MakeArray(schema, root, depth),
        "string" => MakeString(schema),
        "integer" => (long)MakeNumber(schema, 1),
        "number" => MakeNumber(schema, 0.5),
        "boolean" => true,
        _ => null,
    };

    private static string TypeOf(JsonElement schema)
    {
        if (schema.TryGetProperty("type", out var type))
        {
            return (type.ValueKind == JsonValueKind.Array ? type[0] : type).GetString() ?? "object";
        }

        return schema.TryGetProperty("items", out _) || schema.TryGetProperty("prefixItems", out _) ? "array"
            : schema.TryGetProperty("pattern", out _) || schema.TryGetProperty("minLength", out _) ? "string"
            : schema.TryGetProperty("minimum", out _) || schema.TryGetProperty("maximum", out _) ? "number"
            : "object";
    }

    private static JsonObject MakeObject(JsonElement schema, JsonElement root, int depth)
    {
        var made = new JsonObject();
        HashSet<string> required = schema.TryGetProperty("required", out var names)
            ? [.. names.EnumerateArray().Select(static name => name.GetString()!)]
            : [];
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject().Where(property => required.Remove(property.Name)))
            {
                made[property.Name] = Make(property.Value, root, depth + 1);
            }
        }

        foreach (var name in required)
        {
            made[name] = "x";
        }

        return made;
    }

    private static JsonArray MakeArray(JsonElement schema, JsonElement root, int depth)
    {
        var made = new JsonArray();
        JsonElement[] prefix = schema.TryGetProperty("prefixItems", out var first) ? [.. first.EnumerateArray()] : [];
        var least = Math.Max(Integer(schema, "minItems", 0), prefix.Length);
        schema.TryGetProperty("items", out var items);
        for (var i = 0; i < least; i++)
        {
            made.Add(Make(i < prefix.Length ? prefix[i] : items, root, depth + 1));
        }

        return made;
    }

    private static string MakeString(JsonElement schema)
    {
        if (schema.TryGetProperty("pattern", out var pattern))
        {
            return PatternInstance.Create(pattern.GetString() ?? string.Empty);
        }

        if (schema.TryGetProperty("format", out var format) && Formats.TryGetValue(format.GetString() ?? string.Empty, out var sample))
        {
            return sample;
        }

        var most = Integer(schema, "maxLength", int.MaxValue);
        var text = "text".PadRight(Integer(schema, "minLength", 0), 'x');
        return text.Length > most ? text[..most] : text;
    }

    private static double MakeNumber(JsonElement schema, double step)
    {
        var integer = step == 1;
        var number = Number(schema, "minimum") is { } minimum ? (integer ? Math.Ceiling(minimum) : minimum)
            : Number(schema, "exclusiveMinimum") is { } above ? (integer ? Math.Floor(above) + 1 : above + step)
            : Number(schema, "maximum") is { } maximum ? Math.Min(1, integer ? Math.Floor(maximum) : maximum)
            : Number(schema, "exclusiveMaximum") is { } below ? Math.Min(1, integer ? Math.Ceiling(below) - 1 : below - step)
            : 1;
        if (Number(schema, "exclusiveMaximum") is { } limit && number >= limit && Number(schema, "exclusiveMinimum") is { } floor)
        {
            return (floor + limit) / 2;
        }

        return Number(schema, "multipleOf") is { } factor and > 0 ? Math.Ceiling(number / factor) * factor : number;
    }

    private static JsonElement Resolve(string reference, JsonElement root)
    {
        var target = root;
        foreach (var segment in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(segment).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(name, out target))
            {
                return default;
            }
        }

        return target;
    }

    private static int Integer(JsonElement schema, string keyword, int otherwise) =>
        schema.TryGetProperty(keyword, out var value) && value.TryGetInt32(out var number) ? number : otherwise;

    private static double? Number(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
