namespace HybridLlm.Neo4j.Rollups;

/// <summary>One of the sums of which all reports are made.</summary>
/// <param name="Name">The property of a roll-up that holds it.</param>
/// <param name="Term">What one outcome adds to it, in Cypher, over the variables of <see cref="RollupCypher"/>.</param>
/// <param name="IsCount">Whether it is a whole number.</param>
/// <param name="Get">Reads it.</param>
/// <param name="Set">Sets it.</param>
internal sealed record RollupSum(string Name, string Term, bool IsCount, Func<OutcomeTotals, double> Get, Action<OutcomeTotals, double> Set)
{
    private const string Succeeded = "status = 'Succeeded'";
    private const string Escalated = "status = 'Escalated'";
    private const string Latency = Succeeded + " AND duration IS NOT NULL";
    private const string IsAttempt = "status IN ['Succeeded', 'Failed', 'Cancelled', 'Escalated']";
    private const string FirstToken = Succeeded + " AND m.time_to_first_token >= 0 AND m.time_to_first_token <= 2592000000.0";
    private const string Pace = Succeeded + " AND m.tokens_per_second > 0 AND m.tokens_per_second <= 1000000000.0";
    private const string Rated = "status = 'Rated' AND m.rating >= 0 AND m.rating <= 1";
    private const string Compared = Escalated + " AND m.rating >= 0 AND m.rating <= 1";

    /// <summary>Gets all sums: what <see cref="OutcomeTotals.Add(CallOutcome)"/> does, said once more for the database.</summary>
    public static IReadOnlyList<RollupSum> All { get; } =
    [
        Count("succeeded", Succeeded, t => t.Succeeded, (t, v) => t.Succeeded = v),
        Count("failed", "status = 'Failed'", t => t.Failed, (t, v) => t.Failed = v),
        Count("escalated", Escalated, t => t.Escalated, (t, v) => t.Escalated = v),
        Count("cancelled", "status = 'Cancelled'", t => t.Cancelled, (t, v) => t.Cancelled = v),
        Count("cached", "status = 'Cached'", t => t.Cached, (t, v) => t.Cached = v),
        Count("fallbacks", "m.fallback AND status IN ['Succeeded', 'Failed', 'Escalated']", t => t.Fallbacks, (t, v) => t.Fallbacks = v),
        Count("ratings", Rated, t => t.Ratings, (t, v) => t.Ratings = v),
        Sum("rating_sum", Rated, "m.rating", t => t.RatingSum, (t, v) => t.RatingSum = v),
        Sum("rating_squares", Rated, "m.rating * m.rating", t => t.RatingSquares, (t, v) => t.RatingSquares = v),
        Count("rejected", Rated + " AND m.rating < 0.5", t => t.Rejected, (t, v) => t.Rejected = v),
        Count("compared", Compared, t => t.Compared, (t, v) => t.Compared = v),
        Sum("agreement_sum", Compared, "m.rating", t => t.AgreementSum, (t, v) => t.AgreementSum = v),
        Count("disagreed", Compared + " AND m.rating < 0.9", t => t.Disagreed, (t, v) => t.Disagreed = v),
        Sum("latency_sum", Latency, "duration", t => t.LatencySum, (t, v) => t.LatencySum = v),
        Sum("log_latency_sum", Latency, "logarithm", t => t.LogLatencySum, (t, v) => t.LogLatencySum = v),
        Sum("log_latency_squares", Latency, "logarithm * logarithm", t => t.LogLatencySquares, (t, v) => t.LogLatencySquares = v),
        Count("first_tokens", FirstToken, t => t.FirstTokens, (t, v) => t.FirstTokens = v),
        Sum("first_token_sum", FirstToken, "m.time_to_first_token", t => t.FirstTokenSum, (t, v) => t.FirstTokenSum = v),
        Count("paces", Pace, t => t.Paces, (t, v) => t.Paces = v),
        Sum("pace_sum", Pace, "m.tokens_per_second", t => t.PaceSum, (t, v) => t.PaceSum = v),
        new("input_tokens", $"CASE WHEN {IsAttempt} AND m.input_tokens > 0 THEN m.input_tokens ELSE 0 END", true, t => t.InputTokens, (t, v) => t.InputTokens = (long)v),
        new("output_tokens", $"CASE WHEN {IsAttempt} AND m.token_count > 0 THEN m.token_count ELSE 0 END", true, t => t.OutputTokens, (t, v) => t.OutputTokens = (long)v),
        Count(
            "unmetered",
            "status IN ['Succeeded', 'Escalated'] AND (m.input_tokens IS NULL OR m.token_count IS NULL)",
            t => t.Unmetered,
            (t, v) => t.Unmetered = v),
        Sum("busy", IsAttempt + " AND duration IS NOT NULL", "duration", t => t.BusyMs, (t, v) => t.BusyMs = v),
        Sum("lost", "status IN ['Failed', 'Cancelled', 'Escalated'] AND duration IS NOT NULL", "duration", t => t.LostMs, (t, v) => t.LostMs = v),
    ];

    private static RollupSum Count(string name, string condition, Func<OutcomeTotals, long> get, Action<OutcomeTotals, long> set) =>
        new(name, $"CASE WHEN {condition} THEN 1 ELSE 0 END", true, totals => get(totals), (totals, value) => set(totals, (long)value));

    private static RollupSum Sum(string name, string condition, string value, Func<OutcomeTotals, double> get, Action<OutcomeTotals, double> set) =>
        new(name, $"CASE WHEN {condition} THEN {value} ELSE 0.0 END", false, get, set);
}
