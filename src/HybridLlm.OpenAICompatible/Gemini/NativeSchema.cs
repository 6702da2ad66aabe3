using System.Text.Json;
using System.Text.Json.Nodes;

namespace HybridLlm.OpenAICompatible.Gemini;

/// <summary>Puts JSON schemas into the part of JSON Schema that Gemini's own interface knows, <c>responseJsonSchema</c>, and tells which of them need it.</summary>
/// <remarks>
/// It knows, in the words of https://github.com/googleapis/googleapis, google/ai/generativelanguage/v1beta/generative_service.proto: <c>$id $defs $ref $anchor type
/// format title description enum items prefixItems minItems maxItems minimum maximum anyOf oneOf properties additionalProperties required</c> and
/// <c>propertyOrdering</c>. Beside a <c>$ref</c> nothing may stand, and a schema may contain itself only within properties that are not required. Here references become
/// definitions of their own, what stands beside them goes, and properties that lead back to themselves are no longer required: answers are validated in any case.
/// </remarks>
internal sealed class NativeSchema
{
    private const int MaxDepth = 64;

    private readonly JsonElement _root;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly JsonObject _definitions = [];

    private NativeSchema(JsonElement root) => _root = root;

    /// <summary>
    /// Tells whether a schema says something that the compatible endpoint cannot be told: it contains itself, it has members of any name with values of some kind, lists
    /// whose entries differ by place, or numbers to choose from. One that merges schemas (<c>allOf</c>) is better off there: the native interface has no word for it.
    /// </summary>
    /// <param name="schema">The schema.</param>
    internal static bool IsNeededFor(JsonElement schema) => !Any(schema, static s => s.TryGetProperty("allOf", out _)) && (Any(schema, SaysMore) || HasCycle(schema));

    /// <summary>Writes a schema.</summary>
    /// <param name="writer">Stands where the schema belongs.</param>
    /// <param name="schema">The schema.</param>
    internal static void Write(Utf8JsonWriter writer, JsonElement schema)
    {
        var native = new NativeSchema(schema);
        var converted = native.Convert(schema);
        if (native._definitions.Count > 0)
        {
            converted["$defs"] = native._definitions;
        }

        converted.WriteTo(writer);
    }

    private static bool SaysMore(JsonElement schema) =>
        schema.TryGetProperty("prefixItems", out _)
        || (schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.Object)
        || (schema.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.EnumerateArray().Any(static c => c.ValueKind == JsonValueKind.Number))
        || (schema.TryGetProperty("const", out var only) && only.ValueKind == JsonValueKind.Number);

    private static bool Any(JsonElement schema, Predicate<JsonElement> condition, int depth = 0) =>
        schema.ValueKind == JsonValueKind.Object && depth < MaxDepth && (condition(schema) || Parts(schema).Any(part => Any(part, condition, depth + 1)));

    private static bool HasCycle(JsonElement root) => References(root).Any(reference => LeadsTo(reference, reference, root, []));

    // Whether what is referred to refers, directly or not, to the target.
    private static bool LeadsTo(string reference, string target, JsonElement root, HashSet<string> seen)
    {
        if (!seen.Add(reference) || Find(reference, root) is not { } found)
        {
            return false;
        }

        return References(found).Any(next => next == target || LeadsTo(next, target, root, seen));
    }

    private static HashSet<string> References(JsonElement schema)
    {
        var references = new HashSet<string>(StringComparer.Ordinal);
        Any(schema, part =>
        {
            if (Reference(part) is { } reference)
            {
                references.Add(reference);
            }

            return false;
        });
        return references;
    }

    private static string? Reference(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String ? reference.GetString() : null;

    // The schemas within a schema. What is named "$defs" is reached by references.
    private static IEnumerable<JsonElement> Parts(JsonElement schema)
    {
        foreach (var member in schema.EnumerateObject())
        {
            switch (member.Name)
            {
                case "properties" or "$defs" or "definitions" when member.Value.ValueKind == JsonValueKind.Object:
                    foreach (var part in member.Value.EnumerateObject())
                    {
                        yield return part.Value;
                    }

                    break;
                case "items" or "additionalProperties":
                    yield return member.Value;
                    break;
                case "anyOf" or "oneOf" or "allOf" or "prefixItems" when member.Value.ValueKind == JsonValueKind.Array:
                    foreach (var part in member.Value.EnumerateArray())
                    {
                        yield return part;
                    }

                    break;
            }
        }
    }

    private static JsonElement? Find(string reference, JsonElement root)
    {
        if (!reference.StartsWith('#'))
        {
            return null;
        }

        var target = root;
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (target.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < target.GetArrayLength())
            {
                target = target[index];
            }
            else if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(name, out target))
            {
                return null;
            }
        }

        return target;
    }

    private JsonObject Convert(JsonElement schema)
    {
        var result = new JsonObject();
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return result;
        }

        if (Reference(schema) is { } reference)
        {
            return Refer(reference);
        }

        foreach (var member in schema.EnumerateObject())
        {
            ConvertMember(result, member, schema);
        }

        return result;
    }

    private JsonObject Refer(string reference)
    {
        if (Find(reference, _root) is not { } target)
        {
            return new() { ["type"] = "object" };
        }

        if (!_names.TryGetValue(reference, out var name))
        {
            _names[reference] = name = $"d{_names.Count}";
            _definitions[name] = null; // Keeps its place while what is in it is found.
            _definitions[name] = Convert(target);
        }

        return new() { ["$ref"] = $"#/$defs/{name}" };
    }

    private void ConvertMember(JsonObject result, JsonProperty member, JsonElement schema)
    {
        var (name, value) = (member.Name, member.Value);
        switch (name)
        {
            case "properties" when value.ValueKind == JsonValueKind.Object:
                result[name] = new JsonObject(value.EnumerateObject().DistinctBy(static property => property.Name).Select(property => KeyValuePair.Create(property.Name, (JsonNode?)Convert(property.Value))));
                result["propertyOrdering"] = new JsonArray([.. value.EnumerateObject().Select(static property => property.Name).Distinct().Select(static property => JsonValue.Create(property))]);
                break;
            case "required" when value.ValueKind == JsonValueKind.Array:
                var required = value.EnumerateArray().Where(static n => n.ValueKind == JsonValueKind.String).Select(static n => n.GetString()!).Where(property => !LeadsBack(schema, property));
                result[name] = new JsonArray([.. required.Select(static property => JsonValue.Create(property))]);
                break;
            case "items" when value.ValueKind == JsonValueKind.Object:
                result[name] = Convert(value);
                break;
            case "additionalProperties" when value.ValueKind is JsonValueKind.Object:
                result[name] = Convert(value);
                break;
            case "anyOf" or "oneOf" or "prefixItems" when value.ValueKind == JsonValueKind.Array:
                result[name] = new JsonArray([.. value.EnumerateArray().Select(Convert)]);
                break;
            case "const" when value.ValueKind is JsonValueKind.String or JsonValueKind.Number:
                result["enum"] = new JsonArray(Copy(value));
                break;
            case "type" or "format" or "title" or "description" or "enum" or "minItems" or "maxItems" or "minimum" or "maximum" or "additionalProperties":
                result[name] = Copy(value);
                break;
        }
    }

    // Whether a property contains something that contains itself.
    private bool LeadsBack(JsonElement schema, string property) =>
        schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(property, out var value)
        && References(value).Any(reference => LeadsTo(reference, reference, _root, []));

    private static JsonNode? Copy(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
