using System.Text.Json;
using System.Text.Json.Nodes;

namespace HybridLlm.OpenAICompatible.Schemas;

/// <summary>Puts JSON schemas into the part of the language that Gemini knows. A member that it does not know is an error there, not a wish unheard.</summary>
/// <remarks>
/// References are put in place (one that contains itself ends as an object of any kind), a type or a branch that is <c>null</c> becomes <c>nullable</c>,
/// <c>const</c> becomes an <c>enum</c> of one, <c>oneOf</c> becomes <c>anyOf</c>, the schemas of <c>allOf</c> are merged. What has no equivalent, such as
/// <c>additionalProperties</c>, <c>multipleOf</c> or an <c>enum</c> of numbers, is left out: answers are validated in any case.
/// </remarks>
internal static class GeminiSchema
{
    private const int MaxDepth = 64;

    private static readonly HashSet<string> Kept =
    [
        "title", "description", "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties", "minimum", "maximum", "pattern",
    ];

    /// <summary>Writes a schema.</summary>
    /// <param name="writer">Stands where the schema belongs.</param>
    /// <param name="schema">The schema.</param>
    internal static void Write(Utf8JsonWriter writer, JsonElement schema) => Convert(schema, schema, []).WriteTo(writer);

    private static JsonObject Convert(JsonElement schema, JsonElement root, Stack<string> references)
    {
        var result = new JsonObject();
        if (schema.ValueKind != JsonValueKind.Object || references.Count > MaxDepth)
        {
            return result;
        }

        if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String)
        {
            Merge(result, Resolve(reference.GetString()!, root, references));
        }

        if (schema.TryGetProperty("allOf", out var all) && all.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in all.EnumerateArray())
            {
                Merge(result, Convert(part, root, references));
            }
        }

        var own = new JsonObject();
        foreach (var member in schema.EnumerateObject())
        {
            ConvertMember(own, member, root, references);
        }

        Merge(result, own);
        return result;
    }

    private static void ConvertMember(JsonObject result, JsonProperty member, JsonElement root, Stack<string> references)
    {
        switch (member.Name)
        {
            case "type":
                ConvertTypes(result, member.Value);
                break;
            case "properties" when member.Value.ValueKind == JsonValueKind.Object:
                ConvertProperties(result, member.Value, root, references);
                break;
            case "required" when member.Value.ValueKind == JsonValueKind.Array:
                result["required"] = new JsonArray([.. member.Value.EnumerateArray().Where(IsText).Select(Text)]);
                break;
            case "items" when member.Value.ValueKind is JsonValueKind.Object:
                result["items"] = Convert(member.Value, root, references);
                break;
            case "anyOf" or "oneOf" when member.Value.ValueKind == JsonValueKind.Array:
                ConvertBranches(result, member.Value, root, references);
                break;
            case "enum" when member.Value.ValueKind == JsonValueKind.Array:
                ConvertChoices(result, [.. member.Value.EnumerateArray()]);
                break;
            case "const":
                ConvertChoices(result, [member.Value]);
                break;
            case "exclusiveMinimum" or "exclusiveMaximum" when member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt64(out var bound):
                result.TryAdd(member.Name == "exclusiveMinimum" ? "minimum" : "maximum", JsonValue.Create(member.Name == "exclusiveMinimum" ? bound + 1 : bound - 1));
                break;
            case "format" when IsText(member.Value) && member.Value.GetString() is "date-time" or "int32" or "int64" or "float" or "double":
                result["format"] = Text(member.Value);
                break;
            default:
                if (Kept.Contains(member.Name) && member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                {
                    result[member.Name] = JsonNode.Parse(member.Value.GetRawText());
                }

                break;
        }
    }

    private static void ConvertProperties(JsonObject result, JsonElement properties, JsonElement root, Stack<string> references)
    {
        var converted = new JsonObject();
        var order = new JsonArray();
        foreach (var property in properties.EnumerateObject())
        {
            converted[property.Name] = Convert(property.Value, root, references);
            order.Add((JsonNode?)JsonValue.Create(property.Name));
        }

        result["properties"] = converted;
        result["propertyOrdering"] = order;
    }

    private static void ConvertTypes(JsonObject result, JsonElement type)
    {
        if (IsText(type))
        {
            result["type"] = Text(type);
            return;
        }

        if (type.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var names = type.EnumerateArray().Where(IsText).Select(static name => name.GetString()!).ToList();
        if (names.Remove("null"))
        {
            result["nullable"] = true;
        }

        if (names.Count == 1)
        {
            result["type"] = names[0];
        }
        else if (names.Count > 1)
        {
            result["anyOf"] = new JsonArray([.. names.Select(static name => new JsonObject { ["type"] = name })]);
        }
    }

    private static void ConvertBranches(JsonObject result, JsonElement branches, JsonElement root, Stack<string> references)
    {
        var converted = new List<JsonObject>();
        foreach (var branch in branches.EnumerateArray())
        {
            if (branch.ValueKind == JsonValueKind.Object && branch.TryGetProperty("type", out var type) && type.ValueEquals("null"))
            {
                result["nullable"] = true;
            }
            else if (branch.ValueKind == JsonValueKind.Object)
            {
                converted.Add(Convert(branch, root, references));
            }
        }

        if (converted.Count == 1)
        {
            Merge(result, converted[0]);
        }
        else if (converted.Count > 1)
        {
            result["anyOf"] = new JsonArray([.. converted]);
        }
    }

    private static void ConvertChoices(JsonObject result, JsonElement[] choices)
    {
        if (choices.Any(static choice => choice.ValueKind == JsonValueKind.Null))
        {
            result["nullable"] = true;
        }

        var texts = choices.Where(static choice => choice.ValueKind != JsonValueKind.Null).ToArray();
        if (texts.Length > 0 && texts.All(IsText))
        {
            result["type"] = "string";
            result["enum"] = new JsonArray([.. texts.Select(Text)]);
        }
        else if (texts.Length > 0 && !result.ContainsKey("type"))
        {
            result["type"] = texts[0].ValueKind switch
            {
                JsonValueKind.Number => "number",
                JsonValueKind.True or JsonValueKind.False => "boolean",
                JsonValueKind.Array => "array",
                JsonValueKind.String => "string",
                _ => "object",
            };
        }
    }

    private static JsonObject Resolve(string reference, JsonElement root, Stack<string> references)
    {
        if (references.Contains(reference) || !reference.StartsWith('#'))
        {
            return new JsonObject { ["type"] = "object" };
        }

        var target = root;
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(name, out target))
            {
                return new JsonObject { ["type"] = "object" };
            }
        }

        references.Push(reference);
        var converted = Convert(target, root, references);
        references.Pop();
        return converted;
    }

    private static void Merge(JsonObject into, JsonObject other)
    {
        foreach (var (name, value) in other.ToArray())
        {
            other.Remove(name);
            switch (into[name])
            {
                case JsonObject properties when name == "properties" && value is JsonObject more:
                    Merge(properties, more);
                    break;
                case JsonArray list when name is "required" or "propertyOrdering" && value is JsonArray more:
                    foreach (var entry in more.Select(static entry => entry!.GetValue<string>()).Except(list.Select(static entry => entry!.GetValue<string>())).ToArray())
                    {
                        list.Add((JsonNode?)JsonValue.Create(entry));
                    }

                    break;
                default:
                    into[name] = value;
                    break;
            }
        }
    }

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String;

    private static JsonNode? Text(JsonElement value) => JsonValue.Create(value.GetString());
}
