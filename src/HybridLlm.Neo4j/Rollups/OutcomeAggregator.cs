using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Store;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Neo4j.Rollups;

/// <summary>Adds up outcomes for reports: months, weeks and days that are over from roll-ups, the rest, usually that of today, from the outcomes.</summary>
internal sealed class OutcomeAggregator(CypherRunner runner, Neo4jSchema schema, RollupJob job, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Adds up the outcomes that a query asks for.</summary>
    public async Task<IReadOnlyList<OutcomeTotals>> AggregateAsync(MetricsQuery query, TimeSpan? bucket, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var register = await RegisterAsync(cancellationToken).ConfigureAwait(false);
        var window = new TimeRange(query.From ?? DateTimeOffset.MinValue, query.To ?? DateTimeOffset.MaxValue);
        var (ranges, rest) = Cover(window, bucket, register);
        ranges.Add((RollupCypher.Spool, window));

        var groups = new Dictionary<OutcomeGroup, OutcomeTotals>();
        await AddAsync(RollupCypher.Read(ranges, query), bucket, groups, cancellationToken).ConfigureAwait(false);
        await AddAsync(RollupCypher.Aggregate(rest, query, bucket), bucket, groups, cancellationToken).ConfigureAwait(false);
        return [.. groups.Values];
    }

    private async Task<DayRegister> RegisterAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await job.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Neo4jMetricsException exception) when (exception.Fault != Neo4jFault.ConnectionLost)
        {
            // A member or user that may only read: the sums can still be made.
            Neo4jLog.RollUpFailed(logger, exception.Message, exception);
            return await DayRegister.ReadAsync(runner, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Finds which roll-ups cover which part of a window, and what no roll-up covers.</summary>
    private (List<(string Tier, TimeRange Range)> Rollups, List<TimeRange> Uncovered) Cover(TimeRange window, TimeSpan? bucket, DayRegister register)
    {
        var rollups = new List<(string, TimeRange)>();
        var rest = new List<TimeRange>();
        var at = window.From;
        if (bucket is null || bucket.Value.Ticks % Day.Ticks == 0)
        {
            var longer = bucket is null ? RollupCypher.Month : bucket.Value.Ticks % Week.Ticks == 0 ? RollupCypher.Week : null;
            var first = register.FirstAfter(window.From);
            var today = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
            var end = window.To < today ? window.To : today;
            for (var start = first; start < end;)
            {
                var (tier, covered) = CoverFrom(start, end, longer, register);
                if (covered is { } range)
                {
                    if (at < start)
                    {
                        rest.Add(new(at, start));
                    }

                    Extend(rollups, tier, range);
                    at = range.To;
                }

                start = covered?.To ?? start.Add(Day);
            }
        }

        if (at < window.To)
        {
            rest.Add(new(at, window.To));
        }

        return (rollups, rest);
    }

    private static (string Tier, TimeRange? Range) CoverFrom(DateTimeOffset start, DateTimeOffset end, string? longer, DayRegister register)
    {
        var day = DateOnly.FromDateTime(start.UtcDateTime);
        if (longer is not null && RollupPeriod.Of(longer, day) is var period && period.First == day && register.Holds(period))
        {
            var to = new DateTimeOffset(period.End, TimeOnly.MinValue, TimeSpan.Zero);
            if (to <= end)
            {
                return (longer, new(start, to));
            }
        }

        return (RollupCypher.Day, start.Add(Day) <= end && register.Holds(day) ? TimeRange.Day(start) : null);
    }

    private static void Extend(List<(string Tier, TimeRange Range)> ranges, string tier, TimeRange range)
    {
        if (ranges is [.., var (last, before)] && last == tier && before.To == range.From)
        {
            ranges[^1] = (tier, before with { To = range.To });
        }
        else
        {
            ranges.Add((tier, range));
        }
    }

    private async Task AddAsync(CypherStatement statement, TimeSpan? bucket, Dictionary<OutcomeGroup, OutcomeTotals> groups, CancellationToken cancellationToken)
    {
        var result = await runner.RunAsync(statement, cancellationToken).ConfigureAwait(false);
        foreach (var row in RollupCypher.ToRows(result))
        {
            var totals = row.ToTotals(bucket);
            if (groups.TryGetValue(totals.Group, out var sum))
            {
                sum.Add(totals);
            }
            else
            {
                groups[totals.Group] = totals;
            }
        }
    }
}
