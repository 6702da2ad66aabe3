using System.Globalization;
using HybridLlm.Neo4j.Cypher;

namespace HybridLlm.Neo4j.Rollups;

/// <summary>Which days and months were rolled up, and whether anything came for them since.</summary>
/// <remarks>
/// A day that is over has a node <c>(:MetricsDay)</c>. Whoever stores outcomes of such a day raises its version in the same transaction; whoever rolls it up says which version
/// that was. So a roll-up holds for as long as both are the same.
/// </remarks>
internal sealed class DayRegister
{
    private readonly Dictionary<DateOnly, bool> _days;
    private readonly HashSet<(string Tier, DateOnly First)> _longer;

    private DayRegister(Dictionary<DateOnly, bool> days, HashSet<(string, DateOnly)> longer) => (_days, _longer) = (days, longer);

    /// <summary>Reads it.</summary>
    public static async Task<DayRegister> ReadAsync(CypherRunner runner, CancellationToken cancellationToken)
    {
        var result = await runner.RunAsync(
            CypherStatement.Read(
                """
                MATCH (d:MetricsDay)
                RETURN toString(d.day), coalesce(d.rolled = coalesce(d.version, 0) OR d.pruned, false), coalesce(d.month, false), coalesce(d.week, false)
                """),
            cancellationToken).ConfigureAwait(false);
        var days = new Dictionary<DateOnly, bool>();
        var longer = new HashSet<(string, DateOnly)>();
        foreach (var row in result.Rows)
        {
            if (row is [string text, bool holds, bool month, bool week] && DateOnly.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                days[day] = holds;
                if (month)
                {
                    longer.Add((RollupCypher.Month, day));
                }

                if (week)
                {
                    longer.Add((RollupCypher.Week, day));
                }
            }
        }

        return new(days, longer);
    }

    /// <summary>Gets the start of the first day with a node that begins at some moment or later; the end of time when there is none.</summary>
    public DateTimeOffset FirstAfter(DateTimeOffset moment)
    {
        var days = _days.Keys.Select(static day => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)).Where(start => start >= moment);
        return days.DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
    }

    /// <summary>Gets whether the roll-up of a day holds.</summary>
    public bool Holds(DateOnly day) => _days.GetValueOrDefault(day);

    /// <summary>Gets whether the roll-up of a week or month holds: it was made, and those of all its days hold still.</summary>
    public bool Holds(RollupPeriod period) => _longer.Contains((period.Tier, period.First)) && IsComplete(period);

    /// <summary>Gets whether the roll-ups of all days of a week or month hold.</summary>
    public bool IsComplete(RollupPeriod period)
    {
        for (var day = period.First; day < period.End; day = day.AddDays(1))
        {
            if (!Holds(day))
            {
                return false;
            }
        }

        return true;
    }
}
