using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Store;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Neo4j.Rollups;

/// <summary>Rolls up the days, weeks and months that are over, and deletes outcomes that are too old. Several hosts may do it at once; the sums come out the same.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is not asked for has nothing to dispose.")]
internal sealed class RollupJob(CypherRunner runner, TimeProvider time, ILogger logger)
{
    private const int DaysPerPrune = 40;

    // A day's million takes the server some ten seconds.
    private static readonly TimeSpan LongJob = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _turn = new(1, 1);

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>Rolls up all days that are over and whose outcomes changed since, then the weeks and months whose days are complete.</summary>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <param name="mostDays">How many days at most.</param>
    /// <returns>Which roll-ups hold now.</returns>
    public async Task<DayRegister> RunAsync(CancellationToken cancellationToken, int mostDays = int.MaxValue)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var register = await DayRegister.ReadAsync(runner, cancellationToken).ConfigureAwait(false);
            if (await FirstDayAsync(cancellationToken).ConfigureAwait(false) is not { } first)
            {
                return register;
            }

            var days = 0;
            for (var day = first; day < Today && days < mostDays; day = day.AddDays(1))
            {
                if (!register.Holds(day))
                {
                    await RollUpAsync(day, cancellationToken).ConfigureAwait(false);
                    days++;
                }
            }

            if (days > 0)
            {
                register = await DayRegister.ReadAsync(runner, cancellationToken).ConfigureAwait(false);
            }

            var periods = 0;
            foreach (var tier in (string[])[RollupCypher.Week, RollupCypher.Month])
            {
                for (var period = RollupPeriod.Of(tier, first); period.End <= Today; period = period with { First = period.End })
                {
                    if (!register.Holds(period) && register.IsComplete(period))
                    {
                        await RollUpAsync(period, cancellationToken).ConfigureAwait(false);
                        periods++;
                    }
                }
            }

            if (days + periods > 0)
            {
                Neo4jLog.DaysRolledUp(logger, days);
                register = await DayRegister.ReadAsync(runner, cancellationToken).ConfigureAwait(false);
            }

            return register;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Deletes the outcomes of the days that lie before a moment as a whole. Their roll-ups stay.</summary>
    public async Task PruneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        // Not all at once, where years were never rolled up: outcomes that are to be stored wait for this.
        await RunAsync(cancellationToken, DaysPerPrune).ConfigureAwait(false);
        var end = DateOnly.FromDateTime(before.UtcDateTime);

        // The version is looked at under the lock that the first SET takes, so that nothing can come in between.
        await runner.RunAsync(
            CypherStatement.Merge(
                """
                MATCH (d:MetricsDay) WHERE d.day < date($end) AND d.pruned IS NULL
                SET d.checked = datetime()
                WITH d WHERE d.rolled = coalesce(d.version, 0)
                SET d.pruned = true
                """,
                new Dictionary<string, object?> { ["end"] = Text(end) }),
            cancellationToken).ConfigureAwait(false);

        // As far as the days are safe in roll-ups without a gap.
        var result = await runner.RunAsync(
            CypherStatement.Read(
                """
                OPTIONAL MATCH (d:MetricsDay) WHERE d.day < date($end) AND d.pruned IS NULL
                RETURN toString(min(d.day))
                """,
                new Dictionary<string, object?> { ["end"] = Text(end) }),
            cancellationToken).ConfigureAwait(false);
        var limit = result.Rows is [[string day]] ? DateOnly.ParseExact(day, "O", CultureInfo.InvariantCulture) : end;
        await runner.RunAsync(
            CypherStatement.Merge(
                "MATCH (m:ModelMetrics) WHERE m.timestamp < datetime($before) CALL (m) { DETACH DELETE m } IN TRANSACTIONS OF 1000 ROWS",
                new Dictionary<string, object?> { ["before"] = OutcomeCypher.Instant(Start(limit < Today ? limit : Today)) }) with
            { Timeout = LongJob },
            cancellationToken).ConfigureAwait(false);
    }

    private static string Text(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Start(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private async Task<DateOnly?> FirstDayAsync(CancellationToken cancellationToken)
    {
        var result = await runner.RunAsync(
            CypherStatement.Read("MATCH (m:ModelMetrics) WHERE m.timestamp >= datetime('0001-01-02T00:00:00Z') RETURN m.timestamp.epochSeconds ORDER BY m.timestamp LIMIT 1"),
            cancellationToken).ConfigureAwait(false);
        return result.Rows is [[long seconds]] ? DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime) : null;
    }

    private async Task RollUpAsync(DateOnly day, CancellationToken cancellationToken)
    {
        // Not reads to a cluster: a member that only reads may not have the outcomes yet that another one has counted in the version.
        var version = await runner.RunAsync(
            CypherStatement.Merge(
                "OPTIONAL MATCH (d:MetricsDay {day: date($day)}) RETURN coalesce(d.version, 0)", new Dictionary<string, object?> { ["day"] = Text(day) }),
            cancellationToken).ConfigureAwait(false);
        var sums = await runner.RunAsync(
            RollupCypher.Aggregate([TimeRange.Day(Start(day))], MetricsQuery.All, bucket: null) with { Reads = false, Timeout = LongJob },
            cancellationToken).ConfigureAwait(false);
        var rows = RollupCypher.ToRows(sums).Select(row => row with { Start = Start(day) });
        await ReplaceAsync(RollupCypher.Day, day, rows, version.Count, cancellationToken).ConfigureAwait(false);
    }

    private async Task RollUpAsync(RollupPeriod period, CancellationToken cancellationToken)
    {
        var range = new TimeRange(Start(period.First), Start(period.End));
        var days = await runner.RunAsync(RollupCypher.Read([(RollupCypher.Day, range)], MetricsQuery.All) with { Reads = false }, cancellationToken).ConfigureAwait(false);
        var groups = new Dictionary<OutcomeGroup, OutcomeTotals>();
        foreach (var row in RollupCypher.ToRows(days))
        {
            var totals = (row with { Start = range.From }).ToTotals(TimeSpan.FromHours(1));
            if (groups.TryGetValue(totals.Group, out var sum))
            {
                sum.Add(totals);
            }
            else
            {
                groups[totals.Group] = totals;
            }
        }

        await ReplaceAsync(period.Tier, period.First, groups.Values.Select(RollupRow.From), version: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Replaces the roll-ups of a day, week or month, unless something came for it since; then the next run does it.</summary>
    private Task<CypherResult> ReplaceAsync(string tier, DateOnly first, IEnumerable<RollupRow> rows, long? version, CancellationToken cancellationToken) => runner.RunAsync(
        CypherStatement.Merge(
            $$"""
            MERGE (d:MetricsDay {day: date($day)})
            SET d.checked = datetime()
            WITH d WHERE $version IS NULL OR (coalesce(d.version, 0) = $version AND d.pruned IS NULL)
            CALL () {
              MATCH (old:MetricsRollup {tier: $tier, start: datetime($start)}) DETACH DELETE old
            }
            {{(tier == RollupCypher.Day ? "SET d.rolled = $version" : $"SET d.{tier} = true")}}
            WITH d
            OPTIONAL MATCH (month:MetricsDay {day: date.truncate('month', d.day)}) WHERE $version IS NOT NULL
            FOREACH (x IN CASE WHEN month IS NULL THEN [] ELSE [month] END | SET x.month = null)
            WITH d
            OPTIONAL MATCH (week:MetricsDay {day: date.truncate('week', d.day)}) WHERE $version IS NOT NULL
            FOREACH (x IN CASE WHEN week IS NULL THEN [] ELSE [week] END | SET x.week = null)
            WITH d
            UNWIND $rows AS row
            MERGE (r:MetricsRollup {id: row.id})
            SET r = row, r.start = datetime(row.start)
            """,
            new Dictionary<string, object?>
            {
                ["tier"] = tier,
                ["day"] = Text(first),
                ["start"] = OutcomeCypher.Instant(Start(first)),
                ["version"] = version,
                ["rows"] = rows.Select(row => (object?)row.ToProperties(tier, "")).ToList(),
            }) with
        { Timeout = LongJob },
        cancellationToken);
}
