using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HybridLlm.Training.Data;

/// <summary>Reads files of one JSON object a line.</summary>
internal static class JsonLines
{
    public static List<T> Read<T>(string path, JsonTypeInfo<T> type)
    {
        var rows = new List<T>();
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length > 0)
            {
                rows.Add(JsonSerializer.Deserialize(line, type) ?? throw new InvalidDataException($"{path}: line {rows.Count + 1} is null."));
            }
        }

        return rows;
    }
}
