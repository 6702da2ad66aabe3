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
    private readonly HashSet<DateOnly> _months;

    private DayRegister(Dictionary<DateOnly, bool> days, HashSet<DateOnly> months) => (_days, _months) = (days, months);

    /// <summary>Reads it.</summary>
    public static async Task<DayRegister> ReadAsync(CypherRunner runner, CancellationToken cancellationToken)
    {
        var result = await runner.RunAsync(
            CypherStatement.Read(
                """
                MATCH (d:MetricsDay)
                RETURN toString(d.day), coalesce(d.rolled = coalesce(d.version, 0) OR d.pruned, false), coalesce(d.month, false)
                """),
            cancellationToken).ConfigureAwait(false);
        var days = new Dictionary<DateOnly, bool>();
        var months = new HashSet<DateOnly>();
        foreach (var row in result.Rows)
        {
            if (row is [string text, bool holds, bool month] && DateOnly.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                days[day] = holds;
                if (month)
                {
                    months.Add(day);
                }
            }
        }

        return new(days, months);
    }

    /// <summary>Gets the start of the first day with a node that begins at some moment or later; the end of time when there is none.</summary>
    public DateTimeOffset FirstAfter(DateTimeOffset moment)
    {
        var days = _days.Keys.Select(static day => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)).Where(start => start >= moment);
        return days.DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
    }

    /// <summary>Gets whether the roll-up of a day holds.</summary>
    public bool Holds(DateOnly day) => _days.GetValueOrDefault(day);

    /// <summary>Gets whether the roll-up of a month holds: it was made, and those of all its days hold still.</summary>
    /// <param name="first">Its first day.</param>
    public bool MonthHolds(DateOnly first) => _months.Contains(first) && MonthIsComplete(first);

    /// <summary>Gets whether the roll-ups of all days of a month hold.</summary>
    /// <param name="first">Its first day.</param>
    public bool MonthIsComplete(DateOnly first)
    {
        for (var day = first; day < first.AddMonths(1); day = day.AddDays(1))
        {
            if (!Holds(day))
            {
                return false;
            }
        }

        return true;
    }
}
