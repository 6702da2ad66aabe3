namespace HybridLlm.Neo4j.Rollups;

/// <summary>A week, which begins with Monday, or a month.</summary>
/// <param name="Tier">Which of the two.</param>
/// <param name="First">Its first day.</param>
internal readonly record struct RollupPeriod(string Tier, DateOnly First)
{
    /// <summary>Gets the day after its last one.</summary>
    public DateOnly End => Tier == RollupCypher.Month ? First.AddMonths(1) : First.AddDays(7);

    /// <summary>Gets the period that a day belongs to.</summary>
    public static RollupPeriod Of(string tier, DateOnly day) =>
        new(tier, tier == RollupCypher.Month ? new(day.Year, day.Month, 1) : day.AddDays(-((day.DayNumber + 7) % 7)));
}
