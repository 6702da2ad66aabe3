using HybridLlm.Neo4j.Store;

namespace HybridLlm.Neo4j.Rollups;

/// <summary>A stretch of time.</summary>
/// <param name="From">Its beginning, inclusive.</param>
/// <param name="To">Its end, exclusive.</param>
internal readonly record struct TimeRange(DateTimeOffset From, DateTimeOffset To)
{
    public static TimeRange Day(DateTimeOffset start) => new(start, start.AddDays(1));

    public Dictionary<string, object?> ToParameter(string? tier) => new()
    {
        ["tier"] = tier,
        ["from"] = OutcomeCypher.Instant(From),
        ["to"] = OutcomeCypher.Instant(To),
    };
}
