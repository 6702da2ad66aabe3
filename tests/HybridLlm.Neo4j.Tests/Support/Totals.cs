namespace HybridLlm.Neo4j.Tests.Support;

/// <summary>Compares sums.</summary>
internal static class Totals
{
    /// <summary>Adds up outcomes the way that reports do for a store that cannot.</summary>
    public static IEnumerable<OutcomeTotals> Of(IEnumerable<CallOutcome> outcomes, TimeSpan? bucket) =>
        outcomes.GroupBy(outcome => OutcomeGroup.Of(outcome, bucket)).Select(group =>
        {
            var totals = new OutcomeTotals { Group = group.Key };
            foreach (var outcome in group)
            {
                totals.Add(outcome);
            }

            return totals;
        });

    /// <summary>Checks that all counts are the same, and all sums but for the last digits, which depend on the order of adding.</summary>
    public static void AssertSame(IEnumerable<OutcomeTotals> expected, IEnumerable<OutcomeTotals> actual)
    {
        var left = actual.ToDictionary(totals => totals.Group);
        foreach (var totals in expected)
        {
            Assert.True(left.Remove(totals.Group, out var found), $"{totals.Group} is missing.");
            Assert.Equal(Counts(totals), Counts(found));
            Assert.All(Sums(totals).Zip(Sums(found)), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * Math.Max(1, Math.Abs(pair.First))));
        }

        Assert.Empty(left);
    }

    private static string Counts(OutcomeTotals t) => string.Join(
        ' ',
        t.Group,
        t.Succeeded,
        t.Failed,
        t.Escalated,
        t.Cancelled,
        t.Cached,
        t.Fallbacks,
        t.Ratings,
        t.Rejected,
        t.Compared,
        t.Disagreed,
        t.FirstTokens,
        t.Paces,
        t.InputTokens,
        t.OutputTokens,
        t.Unmetered,
        t.First?.UtcTicks,
        t.Last?.UtcTicks,
        string.Join(',', t.Latency.Buckets));

    private static double[] Sums(OutcomeTotals t) =>
    [
        t.RatingSum, t.RatingSquares, t.AgreementSum, t.LatencySum, t.LogLatencySum, t.LogLatencySquares, t.FirstTokenSum, t.PaceSum, t.BusyMs, t.LostMs,
    ];
}
