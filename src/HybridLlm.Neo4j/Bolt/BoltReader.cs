using HybridLlm.Neo4j.Cypher;

namespace HybridLlm.Neo4j.Bolt;

/// <summary>Reads the values of one answer as <see cref="CypherResult"/> has them, up to a size.</summary>
internal sealed class BoltReader(int maxBytes = BoltReader.MaxAnswerBytes)
{
    /// <summary>The largest answer that is read, roughly: as much as over HTTP.</summary>
    private const int MaxAnswerBytes = Http.QueryApiTransport.MaxAnswerBytes;

    // What a number takes, and what a list, map or text takes besides its contents.
    private const int ValueBytes = 8;

    private long _bytes;

    /// <summary>Reads a value.</summary>
    /// <exception cref="Neo4jMetricsException">The answer is too large.</exception>
    public object? Read(object? value)
    {
        _bytes += ValueBytes + ((value as string)?.Length ?? 0);
        if (_bytes > maxBytes)
        {
            throw new Neo4jMetricsException(Neo4jFault.Unexpected, $"An answer of the database has more than {maxBytes} bytes.");
        }

        return value switch
        {
            null or bool or long or double or string => value,
            IReadOnlyDictionary<string, object?> map => map.ToDictionary(static item => item.Key, item => Read(item.Value), StringComparer.Ordinal),
            IEnumerable<object?> list => list.Select(Read).ToArray(),
            _ => value.ToString(),
        };
    }
}
