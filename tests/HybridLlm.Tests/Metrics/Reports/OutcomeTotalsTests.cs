namespace HybridLlm.Tests.Metrics.Reports;

public sealed class OutcomeTotalsTests
{
    [Fact]
    public void Each_outcome_is_counted_as_what_it_is()
    {
        var totals = TotalsOf(
            Outcomes.Success(ms: 100) with { TimeToFirstTokenMs = 20, TokensPerSecond = 50, InputTokens = 10, OutputTokens = 5 },
            Outcomes.Success(ms: 300) with { IsFallback = true },
            Outcomes.Failure() with { DurationMs = 50, InputTokens = 7 },
            Outcomes.Success(ms: 40) with { Status = OutcomeStatus.Cancelled, IsFallback = true },
            Outcomes.Success(ms: 200) with { Status = OutcomeStatus.Escalated, Rating = 0.95, InputTokens = 1, OutputTokens = 1 },
            Outcomes.Success(ms: 200) with { Status = OutcomeStatus.Escalated, Rating = 0.5 },
            Outcomes.Success(ms: 200) with { Status = OutcomeStatus.Escalated },
            Outcomes.Success(ms: 9) with { Status = OutcomeStatus.Cached, InputTokens = 99 },
            Outcomes.Rating(1, "a"),
            Outcomes.Rating(0.25, "b"));

        Assert.Equal((2, 1, 3, 1, 1), (totals.Succeeded, totals.Failed, totals.Escalated, totals.Cancelled, totals.Cached));
        Assert.Equal(6, totals.Attempts);
        Assert.Equal(1, totals.Fallbacks);
        Assert.Equal((2, 1.25, 1.0625, 1), (totals.Ratings, totals.RatingSum, totals.RatingSquares, totals.Rejected));
        Assert.Equal((2, 1.45, 1), (totals.Compared, totals.AgreementSum, totals.Disagreed));
        Assert.Equal((2, 400), (totals.Latency.Count, totals.LatencySum));
        Assert.Equal(Math.Log(100) + Math.Log(300), totals.LogLatencySum, 9);
        Assert.Equal((1, 20, 1, 50), (totals.FirstTokens, totals.FirstTokenSum, totals.Paces, totals.PaceSum));
        Assert.Equal((18, 6, 3), (totals.InputTokens, totals.OutputTokens, totals.Unmetered));
        Assert.Equal((1090, 690), (totals.BusyMs, totals.LostMs));
    }

    [Fact]
    public void Values_that_cannot_be_are_left_out_and_the_outcome_counts()
    {
        var totals = TotalsOf(
            Outcomes.Success(ms: double.NaN) with { TimeToFirstTokenMs = -1, TokensPerSecond = double.PositiveInfinity, InputTokens = -5 },
            Outcomes.Success(ms: 1e15),
            Outcomes.Rating(double.NaN, "a"),
            Outcomes.Rating(7, "a"));

        Assert.Equal(2, totals.Succeeded);
        Assert.Equal((0, 0, 0, 0, 0), (totals.Latency.Count, totals.FirstTokens, totals.Paces, totals.InputTokens, totals.Ratings));
        Assert.Equal(0, totals.BusyMs);
    }

    [Fact]
    public void Parts_added_up_are_the_same_as_the_whole()
    {
        var random = new Random(6);
        var outcomes = Enumerable.Range(0, 500).Select(i => Outcomes.Full(random, random.Next(1_000_000)) with { InputTokens = i % 7 == 0 ? null : i }).ToArray();
        var whole = TotalsOf(outcomes);
        var sum = TotalsOf();
        foreach (var part in outcomes.Chunk(37))
        {
            sum.Add(TotalsOf(part));
        }

        Assert.Equal(whole.Latency.Buckets, sum.Latency.Buckets);
        foreach (var property in typeof(OutcomeTotals).GetProperties().Where(property => property.Name is not ("Group" or "Latency")))
        {
            var (expected, actual) = (property.GetValue(whole), property.GetValue(sum));
            if (expected is double number)
            {
                Assert.Equal(number, (double)actual!, Math.Abs(number) * 1e-12);
            }
            else
            {
                Assert.Equal(expected, actual);
            }

            Assert.NotEqual(expected, property.GetValue(TotalsOf()));
        }
    }

    [Theory]
    [InlineData(1, "2030-01-03T13:00:00Z")]
    [InlineData(24, "2030-01-03T00:00:00Z")]
    [InlineData(168, "2029-12-31T00:00:00Z")]
    public void Parts_of_the_time_begin_with_the_hour_with_midnight_and_with_Monday(int hours, string start) =>
        Assert.Equal(
            DateTimeOffset.Parse(start, null),
            OutcomeGroup.StartOf(new DateTimeOffset(2030, 1, 3, 15, 59, 59, TimeSpan.FromHours(2)), TimeSpan.FromHours(hours)));

    private static OutcomeTotals TotalsOf(params CallOutcome[] outcomes)
    {
        var totals = new OutcomeTotals { Group = OutcomeGroup.Of(Outcomes.Success()) };
        Array.ForEach(outcomes, totals.Add);
        return totals;
    }
}
