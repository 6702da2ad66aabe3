using System.Globalization;
using HybridLlm.Neo4j.Cypher;

namespace HybridLlm.Neo4j.Store;

/// <summary>Outcomes as nodes <c>(:ModelMetrics)</c> and back: which property holds what.</summary>
/// <remarks>
/// Written twice, an outcome is there once: <c>MERGE</c> on its id, under a uniqueness constraint. What is not known, and a number that is none, is left out:
/// one NaN would make every average over it NaN. Timestamps are stored in UTC, so that days mean the same for all hosts.
/// </remarks>
internal static class OutcomeCypher
{
    // Rows grouped by model and provider, so that these are looked up once a group. Days that are over were rolled up, or will be: what comes late says so.
    private const string AppendText =
        """
        UNWIND $groups AS g
        MERGE (model:Model {name: g.model})
        MERGE (provider:Provider {name: g.provider})
        WITH g, model, provider
        UNWIND g.rows AS r
        MERGE (m:ModelMetrics {id: r.id})
        ON CREATE SET m += r, m.model_name = g.model, m.provider = g.provider, m.timestamp = datetime(r.timestamp)
        MERGE (m)-[:OF_MODEL]->(model)
        MERGE (m)-[:BY_PROVIDER]->(provider)
        WITH count(*) AS n
        CALL () {
          UNWIND $days AS day
          WITH date(day) AS day WHERE day < date()
          MERGE (d:MetricsDay {day: day})
          SET d.version = coalesce(d.version, 0) + 1
        }
        RETURN n
        """;

    private const string Columns =
        """
        m.id, m.timestamp.epochSeconds, m.timestamp.nanosecond, m.request_id, m.provider, m.model_name, m.model_version, m.task_type, m.complexity, m.status,
        m.error, toString(m.duration), toString(m.time_to_first_token), m.input_tokens, m.token_count, toString(m.tokens_per_second), m.streamed, m.attempt,
        toString(m.rating), toString(m.confidence),
        m.fallback, m.experiment, m.variant
        """;

    /// <summary>Makes the statement that stores outcomes.</summary>
    /// <param name="batch">The outcomes.</param>
    /// <param name="host">The host that saw them.</param>
    public static CypherStatement Append(IReadOnlyList<CallOutcome> batch, string host)
    {
        var groups = new Dictionary<(string, string), List<object?>>();
        var days = new HashSet<DateOnly>();
        foreach (var outcome in batch)
        {
            var key = (outcome.Model, outcome.Provider);
            if (!groups.TryGetValue(key, out var rows))
            {
                groups[key] = rows = [];
            }

            rows.Add(Row(outcome, host));
            days.Add(DateOnly.FromDateTime(outcome.Timestamp.UtcDateTime));
        }

        return CypherStatement.Merge(AppendText, new Dictionary<string, object?>
        {
            ["groups"] = groups.Select(static group => new Dictionary<string, object?>
            {
                ["model"] = group.Key.Item1,
                ["provider"] = group.Key.Item2,
                ["rows"] = group.Value,
            }),
            ["days"] = days.Select(static day => (object?)day.ToString("O", CultureInfo.InvariantCulture)),
        });
    }

    /// <summary>Makes the statement that labels judgements of users, or nothing when there are none.</summary>
    public static CypherStatement? LabelFeedback(IReadOnlyList<CallOutcome> batch)
    {
        var ids = batch.Where(static outcome => outcome.Status == OutcomeStatus.Rated).Select(static outcome => (object?)Id(outcome.Id)).ToList();
        return ids.Count == 0
            ? null
            : CypherStatement.Merge(
                "UNWIND $ids AS id MATCH (m:ModelMetrics {id: id}) SET m:Feedback", new Dictionary<string, object?> { ["ids"] = ids });
    }

    /// <summary>Makes the statement that reads a page of outcomes, the oldest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="after">The last one of the page before; <see langword="null"/> for the first page.</param>
    /// <param name="count">How many.</param>
    public static CypherStatement Read(MetricsQuery query, CallOutcome? after, int count)
    {
        var parameters = new Dictionary<string, object?>
        {
            ["from"] = Instant(after?.Timestamp ?? query.From ?? DateTimeOffset.MinValue),
            ["count"] = count,
        };
        List<string> conditions = ["m.timestamp >= datetime($from)"];
        void Add(string name, string condition, object? value)
        {
            if (value is not null)
            {
                conditions.Add(condition);
                parameters[name] = value;
            }
        }

        Add("to", "m.timestamp < datetime($to)", query.To is { } to ? Instant(to) : null);
        Add("model", "m.model_name = $model", query.Model);
        Add("provider", "m.provider = $provider", query.Provider);
        Add("task", "m.task_type = $task", query.TaskType);
        Add("after", "(m.timestamp > datetime($from) OR m.id > $after)", after is null ? null : Id(after.Id));
        return CypherStatement.Read(
            $"MATCH (m:ModelMetrics) WHERE {string.Join(" AND ", conditions)} RETURN {Columns} ORDER BY m.timestamp, m.id LIMIT $count", parameters);
    }

    /// <summary>Makes the statement that reads the newest outcomes, the newest first.</summary>
    public static CypherStatement ReadNewest(CallOutcome? before, int count) => CypherStatement.Read(
        $"MATCH (m:ModelMetrics) WHERE m.timestamp <= datetime($to) AND (m.timestamp < datetime($to) OR m.id < $before) RETURN {Columns} ORDER BY m.timestamp DESC, m.id DESC LIMIT $count",
        new Dictionary<string, object?>
        {
            ["to"] = Instant(before?.Timestamp ?? DateTimeOffset.MaxValue),
            ["before"] = before is null ? "~" : Id(before.Id),
            ["count"] = count,
        });

    /// <summary>Reads a row of <see cref="Read"/>.</summary>
    /// <returns>The outcome; <see langword="null"/> when somebody else wrote a node that is none.</returns>
    public static CallOutcome? ToOutcome(object?[] row)
    {
        if (row is not [string id, long seconds, long nanoseconds, string request, string provider, string model, _, string task, _, string status, ..]
            || !Guid.TryParse(id, out var guid)
            || !Enum.TryParse<OutcomeStatus>(status, out var state)
            || seconds is < -62_135_596_800 or > 253_402_300_799)
        {
            return null;
        }

        return new CallOutcome
        {
            Id = guid,
            Timestamp = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick),
            RequestId = request,
            Provider = provider,
            Model = model,
            ModelVersion = row[6] as string,
            TaskType = task,
            Complexity = Enum.TryParse<ComplexityLevel>(row[8] as string, out var complexity) ? complexity : ComplexityLevel.Medium,
            Status = state,
            Error = Enum.TryParse<ProviderErrorKind>(row[10] as string, out var error) ? error : null,
            DurationMs = Number(row[11]) ?? double.NaN,
            TimeToFirstTokenMs = Number(row[12]),
            InputTokens = (int?)(row[13] as long?),
            OutputTokens = (int?)(row[14] as long?),
            TokensPerSecond = Number(row[15]),
            Streamed = row[16] is true,
            Attempt = (int)(row[17] as long? ?? 1),
            Rating = Number(row[18]),
            Confidence = Number(row[19]),
            IsFallback = row[20] is true,
            Experiment = row[21] as string,
            Variant = row[22] as string,
        };
    }

    /// <summary>Writes an instant the way <c>datetime()</c> reads it.</summary>
    public static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static string Id(Guid id) => id.ToString("D");

    private static Dictionary<string, object?> Row(CallOutcome outcome, string host)
    {
        var row = new Dictionary<string, object?>(22)
        {
            ["id"] = Id(outcome.Id),
            ["timestamp"] = Instant(outcome.Timestamp),
            ["host"] = host,
            ["request_id"] = outcome.RequestId,
            ["task_type"] = outcome.TaskType,
            ["complexity"] = outcome.Complexity.ToString(),
            ["status"] = outcome.Status.ToString(),
            ["attempt"] = outcome.Attempt,
        };

        // What is left out takes no room, on the wire or in the store.
        void Add(string name, object? value)
        {
            if (value is not null)
            {
                row[name] = value;
            }
        }

        Add("model_version", outcome.ModelVersion);
        Add("success", outcome.Status is OutcomeStatus.Cancelled or OutcomeStatus.Rated or OutcomeStatus.Cached or OutcomeStatus.Shadowed ? null : outcome.Status == OutcomeStatus.Succeeded);
        Add("error", outcome.Error?.ToString());
        Add("duration", Finite(outcome.DurationMs));
        Add("time_to_first_token", Finite(outcome.TimeToFirstTokenMs));
        Add("input_tokens", outcome.InputTokens);
        Add("token_count", outcome.OutputTokens);
        Add("tokens_per_second", Finite(outcome.TokensPerSecond));
        Add("streamed", outcome.Streamed ? true : null);
        Add("fallback", outcome.IsFallback ? true : null);
        Add("experiment", outcome.Experiment);
        Add("variant", outcome.Variant);
        Add("rating", Finite(outcome.Rating));
        Add("confidence", Finite(outcome.Confidence));
        return row;
    }

    private static double? Finite(double? number) => number is { } value && double.IsFinite(value) ? value : null;

    private static double? Number(object? value) => CypherResult.ToDouble(value) is { } number && double.IsFinite(number) ? number : null;
}
