using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Reads lists of tool calls, whole ones or pieces.</summary>
internal static class ToolCallReader
{
    /// <summary>Reads a list.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <param name="fragments">Takes the calls.</param>
    /// <param name="isWhole">Whether each entry is a whole call, so that its place in the list is its index.</param>
    internal static void Read(ref Utf8JsonReader reader, List<ToolCallFragment> fragments, bool isWhole)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        for (var place = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; place++)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                fragments.Add(ReadCall(ref reader, isWhole ? place : null));
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static ToolCallFragment ReadCall(ref Utf8JsonReader reader, int? place)
    {
        int? index = null;
        string? id = null, name = null, arguments = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("index"u8))
            {
                reader.Read();
                index = (int?)JsonRead.Long(ref reader);
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                id = JsonRead.Text(ref reader);
            }
            else if (reader.ValueTextEquals("function"u8))
            {
                reader.Read();
                ReadFunction(ref reader, ref name, ref arguments);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return new ToolCallFragment(place ?? index, id, name, arguments);
    }

    private static void ReadFunction(ref Utf8JsonReader reader, ref string? name, ref string? arguments)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                name = JsonRead.Text(ref reader);
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                reader.Read();
                arguments = reader.TokenType == JsonTokenType.StartObject ? Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(JsonElement.ParseValue(ref reader))) : JsonRead.String(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }
}
