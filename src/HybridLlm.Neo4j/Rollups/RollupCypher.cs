using HybridLlm.Neo4j.Cypher;

namespace HybridLlm.Neo4j.Rollups;

/// <summary>Adds up outcomes in the database, and keeps sums there as nodes <c>(:MetricsRollup)</c>.</summary>
/// <remarks>
/// The bucket of a latency is that of <see cref="LatencyDistribution"/>: 16 for each octave from 0.125 ms on. A logarithm that is rounded to the wrong side of a power of two
/// gives the same bucket, because the part within the octave is then 16 or -1.
/// </remarks>
internal static class RollupCypher
{
    public const string Day = "day";
    public const string Week = "week";
    public const string Month = "month";
    public const string Spool = "spool";

    // What an answer takes the server is decided by how many values it has, and what adding to a text takes, by how long that is already.
    private const int PackedTogether = 100;

    private const string Bucket =
        """
        CASE WHEN duration < 0.125 THEN 0
             ELSE toInteger(octave * 16 + floor((duration * 8.0 / 2.0 ^ octave - 1.0) * 16.0)) END
        """;

    // First by bucket of latency, then over all buckets: the second step has few rows left.
    private static readonly string AddUp =
        $$"""
        WITH m, m.status AS status, CASE WHEN m.duration >= 0 AND m.duration <= 2592000000.0 THEN toFloat(m.duration) END AS duration,
             m.timestamp.epochSeconds AS seconds
        WITH m, status, duration, seconds, CASE WHEN duration > 0.125 THEN log(duration) ELSE log(0.125) END AS logarithm,
             CASE WHEN duration > 0.125 THEN floor(log(duration * 8.0) / log(2.0)) ELSE 0.0 END AS octave
        WITH m.provider AS provider, m.model_name AS model, m.model_version AS version, m.task_type AS task, m.complexity AS complexity,
             CASE WHEN $bucket IS NULL THEN null ELSE seconds - (seconds + 62135596800) % $bucket END AS start,
             CASE WHEN status = 'Succeeded' AND duration IS NOT NULL THEN
               CASE WHEN {{Bucket}} > 431 THEN 431 ELSE {{Bucket}} END END AS bucket,
             min((seconds + 62135596800) * 10000000 + m.timestamp.nanosecond / 100) AS first,
             max((seconds + 62135596800) * 10000000 + m.timestamp.nanosecond / 100) AS last,
             {{string.Join(", ", RollupSum.All.Select(static (sum, i) => $"sum({sum.Term}) AS s{i}"))}}
        RETURN provider, model, version, task, complexity, start,
               [{{string.Join(", ", RollupSum.All.Select(static (sum, i) => sum.IsCount ? $"sum(s{i})" : $"toString(sum(s{i}))"))}}] AS sums,
               [x IN collect(CASE WHEN bucket IS NOT NULL THEN [bucket, s0] END) | x[0]] AS buckets,
               [x IN collect(CASE WHEN bucket IS NOT NULL THEN [bucket, s0] END) | x[1]] AS counts,
               min(first) AS first, max(last) AS last
        """;

    /// <summary>Makes the statement that adds up the outcomes of some stretches of time.</summary>
    /// <param name="ranges">The stretches, which do not overlap.</param>
    /// <param name="query">Which model, provider and task.</param>
    /// <param name="bucket">Into which parts the time is cut; <see langword="null"/> not to cut it.</param>
    public static CypherStatement Aggregate(IEnumerable<TimeRange> ranges, MetricsQuery query, TimeSpan? bucket)
    {
        var (filter, parameters) = Filter(query, "m");
        parameters["ranges"] = ranges.Select(static range => (object?)range.ToParameter(tier: null));
        parameters["bucket"] = bucket is { } length ? length.Ticks / TimeSpan.TicksPerSecond : null;
        return CypherStatement.Read(
            $"UNWIND $ranges AS x MATCH (m:ModelMetrics) WHERE m.timestamp >= datetime(x.from) AND m.timestamp < datetime(x.to){filter}\n{AddUp}", parameters);
    }

    /// <summary>Makes the statement that reads roll-ups.</summary>
    /// <param name="ranges">Which: of each tier those that begin in a stretch of time.</param>
    /// <param name="query">Which model, provider and task.</param>
    public static CypherStatement Read(IEnumerable<(string Tier, TimeRange Range)> ranges, MetricsQuery query)
    {
        var (filter, parameters) = Filter(query, "r");
        parameters["ranges"] = ranges.Select(static range => (object?)range.Range.ToParameter(range.Tier));
        return CypherStatement.Read(
            $$"""
            UNWIND $ranges AS x MATCH (r:MetricsRollup) WHERE r.tier = x.tier AND r.start >= datetime(x.from) AND r.start < datetime(x.to){{filter}}
            WITH collect(r.packed) AS rows
            UNWIND range(0, size(rows) - 1, {{PackedTogether}}) AS i
            RETURN reduce(text = '', packed IN rows[i..i + {{PackedTogether}}] | text + packed)
            """,
            parameters);
    }

    /// <summary>Makes the statement that keeps roll-ups under ids of their own; sent again it changes nothing.</summary>
    public static CypherStatement Keep(IEnumerable<RollupRow> rows, string tier, string scope) => CypherStatement.Merge(
        "UNWIND $rows AS row MERGE (r:MetricsRollup {id: row.id}) SET r = row, r.start = datetime(row.start)",
        new Dictionary<string, object?> { ["rows"] = rows.Select(row => (object?)row.ToProperties(tier, scope)) });

    /// <summary>Reads the answer to <see cref="Aggregate"/> or <see cref="Read"/>, but for what somebody else wrote.</summary>
    public static IEnumerable<RollupRow> ToRows(CypherResult result) =>
        result.Rows.SelectMany(static row => row is [string packed] ? RollupText.ReadAll(packed) : ToRow(row) is { } sums ? [sums] : []);

    private static RollupRow? ToRow(object?[] row) =>
        row is [string provider, string model, var version, string task, var complexity, var start, object?[] sums, object?[] buckets, object?[] counts, long first, long last]
            ? new(
                provider,
                model,
                version as string,
                task,
                Enum.TryParse<ComplexityLevel>(complexity as string, out var level) ? level : ComplexityLevel.Medium,
                DateTimeOffset.FromUnixTimeSeconds(start as long? ?? 0),
                [.. sums.Select(static value => CypherResult.ToDouble(value) ?? 0)],
                [.. buckets.Select(static value => (int)(value as long? ?? 0))],
                [.. counts.Select(static value => value as long? ?? 0)],
                first,
                last)
            : null;

    private static (string Filter, Dictionary<string, object?> Parameters) Filter(MetricsQuery query, string variable)
    {
        var filter = "";
        var parameters = new Dictionary<string, object?>();
        void Add(string property, string name, string? value)
        {
            if (value is not null)
            {
                filter += $" AND {variable}.{property} = ${name}";
                parameters[name] = value;
            }
        }

        Add("model_name", "model", query.Model);
        Add("provider", "provider", query.Provider);
        Add("task_type", "task", query.TaskType);
        return (filter, parameters);
    }
}
