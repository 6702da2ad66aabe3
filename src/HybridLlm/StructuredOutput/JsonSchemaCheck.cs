using System.Globalization;
using System.Text.Json;

namespace HybridLlm.StructuredOutput;

/// <summary>Checks a value against a JSON schema, as far as schemas for models go.</summary>
/// <remarks>
/// Known: <c>type</c>, <c>enum</c>, <c>const</c>, <c>properties</c>, <c>required</c>, <c>additionalProperties</c>, <c>items</c>, the limits of numbers, texts and lists,
/// <c>anyOf</c>, <c>oneOf</c>, <c>allOf</c>, and <c>$ref</c> within the schema. Other keywords are passed over: what is not known is not held against a value.
/// </remarks>
internal static class JsonSchemaCheck
{
    private const int Deepest = 32;

    /// <summary>Checks a value.</summary>
    /// <returns>The first thing that is wrong, with its place; <see langword="null"/> when nothing is.</returns>
    public static string? Check(JsonElement schema, JsonElement value) => Check(schema, schema, value, "$", Deepest);

    /// <summary>Checks the arguments of a call: which there are, and those that came as JSON.</summary>
    /// <returns>The first thing that is wrong; <see langword="null"/> when nothing is.</returns>
    public static string? Properties(JsonElement schema, IDictionary<string, object?>? arguments)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array)
        {
            foreach (var name in required.EnumerateArray())
            {
                if (arguments?.ContainsKey(name.GetString() ?? "") != true)
                {
                    return $"'{name.GetString()}' is missing";
                }
            }
        }

        foreach (var (name, value) in arguments ?? new Dictionary<string, object?>())
        {
            if (!schema.TryGetProperty("properties", out var properties) || !properties.TryGetProperty(name, out var property))
            {
                if (schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind == JsonValueKind.False)
                {
                    return $"there is no '{name}'";
                }
            }
            else if (value is JsonElement json && Check(schema, property, json, name, Deepest) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? Check(JsonElement root, JsonElement schema, JsonElement value, string place, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return schema.ValueKind == JsonValueKind.False ? $"{place} must not be there" : null;
        }

        if (depth == 0)
        {
            return null;
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Resolve(root, reference.GetString()) is { } target ? Check(root, target, value, place, depth - 1) : null;
        }

        return CheckType(schema, value, place)
            ?? CheckChoice(schema, value, place)
            ?? CheckCombined(root, schema, value, place, depth)
            ?? value.ValueKind switch
            {
                JsonValueKind.Object => CheckObject(root, schema, value, place, depth),
                JsonValueKind.Array => CheckArray(root, schema, value, place, depth),
                JsonValueKind.Number => CheckNumber(schema, value, place),
                JsonValueKind.String => CheckLimits(schema, value.GetString()!.Length, "minLength", "maxLength", place, "characters"),
                _ => null,
            };
    }

    private static string? CheckType(JsonElement schema, JsonElement value, string place)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return null;
        }

        var fits = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(t => Is(t, value)) : Is(type, value);
        return fits ? null : $"{place} is {WordFor(value)}, not {type}";
    }

    private static bool Is(JsonElement type, JsonElement value) => type.GetString() switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && (!value.TryGetDouble(out var number) || number == Math.Truncate(number)),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => true,
    };

    private static string WordFor(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a string",
        _ => "a number",
    };

    private static string? CheckChoice(JsonElement schema, JsonElement value, string place)
    {
        if (schema.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array && !choices.EnumerateArray().Any(c => JsonElement.DeepEquals(c, value)))
        {
            return $"{place} is none of {choices}";
        }

        return schema.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(constant, value) ? $"{place} is not {constant}" : null;
    }

    private static string? CheckCombined(JsonElement root, JsonElement schema, JsonElement value, string place, int depth)
    {
        if (schema.TryGetProperty("allOf", out var all) && all.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in all.EnumerateArray())
            {
                if (Check(root, part, value, place, depth - 1) is { } fault)
                {
                    return fault;
                }
            }
        }

        return Fits("anyOf", count => count > 0) ?? Fits("oneOf", count => count == 1);

        string? Fits(string keyword, Func<int, bool> isEnough) =>
            schema.TryGetProperty(keyword, out var any) && any.ValueKind == JsonValueKind.Array
            && !isEnough(any.EnumerateArray().Count(part => Check(root, part, value, place, depth - 1) is null))
                ? $"{place} does not fit {keyword}"
                : null;
    }

    private static string? CheckObject(JsonElement root, JsonElement schema, JsonElement value, string place, int depth)
    {
        if (schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array)
        {
            foreach (var name in required.EnumerateArray())
            {
                if (!value.TryGetProperty(name.GetString() ?? "", out _))
                {
                    return $"{place}.{name.GetString()} is missing";
                }
            }
        }

        var hasProperties = schema.TryGetProperty("properties", out var properties);
        var hasAdditional = schema.TryGetProperty("additionalProperties", out var additional);
        foreach (var property in value.EnumerateObject())
        {
            var inner = $"{place}.{property.Name}";
            if (hasProperties && properties.TryGetProperty(property.Name, out var known))
            {
                if (Check(root, known, property.Value, inner, depth - 1) is { } fault)
                {
                    return fault;
                }
            }
            else if (hasAdditional && Check(root, additional, property.Value, inner, depth - 1) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? CheckArray(JsonElement root, JsonElement schema, JsonElement value, string place, int depth)
    {
        if (schema.TryGetProperty("items", out var items))
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                if (Check(root, items, item, string.Create(CultureInfo.InvariantCulture, $"{place}[{index++}]"), depth - 1) is { } fault)
                {
                    return fault;
                }
            }
        }

        return CheckLimits(schema, value.GetArrayLength(), "minItems", "maxItems", place, "items");
    }

    private static string? CheckNumber(JsonElement schema, JsonElement value, string place) =>
        !value.TryGetDouble(out var number) ? null
        : Limit(schema, "minimum") is { } minimum && number < minimum ? string.Create(CultureInfo.InvariantCulture, $"{place} is {number}, below {minimum}")
        : Limit(schema, "maximum") is { } maximum && number > maximum ? string.Create(CultureInfo.InvariantCulture, $"{place} is {number}, above {maximum}")
        : Limit(schema, "exclusiveMinimum") is { } above && number <= above ? string.Create(CultureInfo.InvariantCulture, $"{place} is {number}, not above {above}")
        : Limit(schema, "exclusiveMaximum") is { } below && number >= below ? string.Create(CultureInfo.InvariantCulture, $"{place} is {number}, not below {below}")
        : null;

    private static string? CheckLimits(JsonElement schema, int length, string minimum, string maximum, string place, string unit) =>
        Limit(schema, minimum) is { } least && length < least ? string.Create(CultureInfo.InvariantCulture, $"{place} has {length} {unit}, fewer than {least}")
        : Limit(schema, maximum) is { } most && length > most ? string.Create(CultureInfo.InvariantCulture, $"{place} has {length} {unit}, more than {most}")
        : null;

    private static double? Limit(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var limit) && limit.ValueKind == JsonValueKind.Number && limit.TryGetDouble(out var number) ? number : null;

    /// <summary>Follows a reference within the schema, such as <c>#/$defs/Address</c>.</summary>
    private static JsonElement? Resolve(JsonElement root, string? reference)
    {
        if (reference is null || !reference.StartsWith('#'))
        {
            return null;
        }

        var current = root;
        foreach (var part in reference[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (current.ValueKind != JsonValueKind.Object || !current.TryGetProperty(name, out current))
            {
                return null;
            }
        }

        return current;
    }
}
