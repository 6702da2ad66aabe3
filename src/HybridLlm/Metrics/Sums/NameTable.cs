namespace HybridLlm.Metrics.Sums;

/// <summary>Names by number, each written once. 0 stands for no name.</summary>
internal sealed class NameTable
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    public int NumberOf(string? name)
    {
        if (name is null)
        {
            return 0;
        }

        if (!_numbers.TryGetValue(name, out var number))
        {
            _names.Add(name);
            _numbers.Add(name, number = _names.Count);
        }

        return number;
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64(_names.Count);
        _names.ForEach(writer.Write);
    }

    /// <summary>Reads the names, with no name at 0.</summary>
    public static string?[] Read(ref SpanReader reader)
    {
        var names = new string?[reader.ReadIndex(1 << 24) + 1];
        for (var i = 1; i < names.Length; i++)
        {
            names[i] = reader.ReadString();
        }

        return names;
    }
}
