using System.Text.Json;

namespace HybridLlm.OpenAICompatible.Schemas;

/// <summary>Writes JSON schemas for servers that make grammars of them and know no schemas that are <c>true</c> or <c>false</c>.</summary>
/// <remarks>
/// <c>true</c> becomes a schema of every type, <c>false</c> is left out together with what it forbids; the members <c>additionalProperties</c> and
/// <c>unevaluatedProperties</c> keep their truth values, which those servers do know. What the schema says otherwise stays as it is.
/// </remarks>
internal static class GrammarSchema
{
    /// <summary>Writes a schema.</summary>
    /// <param name="writer">Stands where the schema belongs.</param>
    /// <param name="schema">The schema.</param>
    internal static void Write(Utf8JsonWriter writer, JsonElement schema)
    {
        switch (schema.ValueKind)
        {
            case JsonValueKind.True:
                WriteAnything(writer);
                break;
            case JsonValueKind.Object:
                WriteObject(writer, schema);
                break;
            default:
                schema.WriteTo(writer);
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement schema)
    {
        writer.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            WriteMember(writer, member);
        }

        writer.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter writer, JsonProperty member)
    {
        switch (member.Name)
        {
            case "properties" or "patternProperties" or "$defs" or "definitions" or "dependentSchemas" when member.Value.ValueKind == JsonValueKind.Object:
                writer.WriteStartObject(member.Name);
                foreach (var entry in member.Value.EnumerateObject())
                {
                    WriteNamed(writer, entry.Name, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case "anyOf" or "oneOf" or "allOf" or "prefixItems" or "items" when member.Value.ValueKind == JsonValueKind.Array:
                writer.WriteStartArray(member.Name);
                foreach (var entry in member.Value.EnumerateArray())
                {
                    if (entry.ValueKind != JsonValueKind.False)
                    {
                        Write(writer, entry);
                    }
                }

                writer.WriteEndArray();
                break;
            case "additionalProperties" or "unevaluatedProperties" when IsEmpty(member.Value):
                writer.WriteBoolean(member.Name, true);
                break;
            case "additionalProperties" or "unevaluatedProperties" when IsNothing(member.Value):
                writer.WriteBoolean(member.Name, false);
                break;
            case "additionalProperties" or "unevaluatedProperties" when member.Value.ValueKind != JsonValueKind.Object:
                member.WriteTo(writer);
                break;
            case "items" or "contains" or "not" or "if" or "then" or "else" or "propertyNames" or "unevaluatedItems" or "additionalProperties" or "unevaluatedProperties":
                WriteNamed(writer, member.Name, member.Value);
                break;
            default:
                member.WriteTo(writer);
                break;
        }
    }

    private static void WriteNamed(Utf8JsonWriter writer, string name, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.False)
        {
            writer.WritePropertyName(name);
            Write(writer, schema);
        }
    }

    // An empty schema says the same, but grammars are made of it that allow objects only.
    private static void WriteAnything(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("type"u8);
        foreach (var type in (ReadOnlySpan<string>)["string", "number", "boolean", "object", "array", "null"])
        {
            writer.WriteStringValue(type);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static bool IsEmpty(JsonElement schema) => schema.ValueKind == JsonValueKind.Object && schema.GetPropertyCount() == 0;

    private static bool IsNothing(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.GetPropertyCount() == 1 && schema.TryGetProperty("not", out var not)
        && (not.ValueKind == JsonValueKind.True || IsEmpty(not));
}
