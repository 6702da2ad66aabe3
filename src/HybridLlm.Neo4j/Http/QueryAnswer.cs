using System.Text.Json;
using HybridLlm.Neo4j.Cypher;

namespace HybridLlm.Neo4j.Http;

/// <summary>An answer of the Query API, read to its end. The error, if there is one, may come after any number of rows.</summary>
/// <param name="Result">The rows; those before an error mean nothing.</param>
/// <param name="Error">The first error; <see langword="null"/> when the statement succeeded.</param>
internal sealed record QueryAnswer(CypherResult Result, (string Code, string Message)? Error)
{
    /// <summary>Reads an answer.</summary>
    /// <param name="body">Its bytes.</param>
    /// <returns>The answer; <see langword="null"/> when the bytes are no answer of the Query API.</returns>
    public static QueryAnswer? TryRead(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Read(ref reader) : null;
        }
        catch (JsonException)
        {
            // HTML, an answer that was cut, or whatever else is at this address: the caller says which.
            return null;
        }
    }

    private static QueryAnswer? Read(ref Utf8JsonReader reader)
    {
        string[] fields = [];
        List<object?[]> rows = [];
        List<CypherNote> notes = [];
        (string, string)? error = null;
        var known = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                (fields, rows) = ReadData(ref reader);
                known = true;
            }
            else if (reader.ValueTextEquals("errors"u8))
            {
                reader.Read();
                error = ReadError(ref reader);
                known = true;
            }
            else if (reader.ValueTextEquals("notifications"u8))
            {
                reader.Read();
                notes = ReadNotes(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject)
        {
            throw new JsonException("The answer has no end.");
        }

        return known ? new(new(fields, rows, notes), error) : null;
    }

    private static (string[] Fields, List<object?[]> Rows) ReadData(ref Utf8JsonReader reader)
    {
        string[] fields = [];
        var rows = new List<object?[]>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("fields"u8))
            {
                reader.Read();
                fields = [.. JsonValues.ReadArray(ref reader).OfType<string>()];
            }
            else if (reader.ValueTextEquals("values"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
                {
                    rows.Add(JsonValues.ReadArray(ref reader));
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return (fields, rows);
    }

    private static (string, string)? ReadError(ref Utf8JsonReader reader) =>
        JsonValues.Read(ref reader) is object?[] { Length: > 0 } errors
            ? errors[0] is Dictionary<string, object?> error ? (Text(error, "code"), Text(error, "message")) : ("", "The answer has an error without a code.")
            : null;

    private static List<CypherNote> ReadNotes(ref Utf8JsonReader reader) =>
        JsonValues.Read(ref reader) is object?[] notes
            ? [.. notes.OfType<Dictionary<string, object?>>().Select(static note => new CypherNote(Text(note, "code"), Text(note, "severity"), Text(note, "description")))]
            : [];

    private static string Text(Dictionary<string, object?> map, string name) => map.GetValueOrDefault(name) as string ?? "";
}
