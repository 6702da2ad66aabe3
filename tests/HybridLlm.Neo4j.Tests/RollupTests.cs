using HybridLlm.Neo4j.Tests.Support;

namespace HybridLlm.Neo4j.Tests;

public abstract class RollupTests(Wire wire)
{
    private static readonly DateTimeOffset Today = new(DateTimeOffset.UtcNow.UtcDateTime.Date, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sums_are_those_of_the_outcomes_whatever_the_window_and_the_parts_of_the_time()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();

        // More than two months, so that a whole one lies in between, up to now.
        var outcomes = Samples.Many(10, 2_000, Today.AddDays(-70), TimeSpan.FromDays(70));
        await store.AppendAsync(outcomes, Token);

        (MetricsQuery Query, TimeSpan? Bucket)[] reports =
        [
            (MetricsQuery.All, null),
            (MetricsQuery.All, TimeSpan.FromDays(1)),
            (MetricsQuery.All, TimeSpan.FromDays(7)),
            (MetricsQuery.All, TimeSpan.FromHours(5)),
            (new() { From = Today.AddDays(-65).AddHours(7), To = Today.AddDays(-1).AddHours(3) }, null),
            (new() { From = Today.AddDays(-65).AddHours(7), Model = outcomes[0].Model }, TimeSpan.FromDays(1)),
            (new() { To = Today.AddDays(-20), Provider = outcomes[0].Provider, TaskType = outcomes[0].TaskType }, null),
            (new() { From = Today.AddDays(1) }, null),
        ];
        foreach (var (query, bucket) in reports)
        {
            Totals.AssertSame(Totals.Of(outcomes.Where(query.Matches), bucket), await store.AggregateAsync(query, bucket, Token));
        }

        // Most of it did not come from the outcomes.
        Assert.InRange(await database.CountAsync("MATCH (d:MetricsDay) WHERE d.month RETURN count(d)"), 1, 3);
        Assert.InRange(await database.CountAsync("MATCH (d:MetricsDay) WHERE d.week RETURN count(d)"), 8, 10);
        Assert.InRange(await database.CountAsync("MATCH (d:MetricsDay) WHERE d.rolled = coalesce(d.version, 0) RETURN count(d)"), 69, 70);
    }

    [Fact]
    public async Task Outcomes_that_come_late_are_in_the_next_report()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();
        var outcomes = Samples.Many(11, 300, Today.AddDays(-16), TimeSpan.FromDays(16));
        await store.AppendAsync(outcomes, Token);
        Totals.AssertSame(Totals.Of(outcomes, null), await store.AggregateAsync(MetricsQuery.All, null, Token));

        var late = Samples.Many(12, 50, Today.AddDays(-16), TimeSpan.FromDays(16));
        await store.AppendAsync([.. late, outcomes[0]], Token);

        Totals.AssertSame(Totals.Of([.. outcomes, .. late], null), await store.AggregateAsync(MetricsQuery.All, null, Token));
        Totals.AssertSame(
            Totals.Of([.. outcomes, .. late], TimeSpan.FromDays(1)), await store.AggregateAsync(MetricsQuery.All, TimeSpan.FromDays(1), Token));
        Totals.AssertSame(
            Totals.Of([.. outcomes, .. late], TimeSpan.FromDays(7)), await store.AggregateAsync(MetricsQuery.All, TimeSpan.FromDays(7), Token));
    }

    [Fact]
    public async Task Pruning_deletes_outcomes_and_keeps_their_sums()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();
        var outcomes = Samples.Many(13, 800, Today.AddDays(-20), TimeSpan.FromDays(20));
        await store.AppendAsync(outcomes, Token);
        var cut = Today.AddDays(-10);

        await store.PruneAsync(cut.AddHours(5), Token);
        await store.PruneAsync(cut.AddHours(5), Token);

        var left = await store.ReadAsync(MetricsQuery.All, Token).ToListAsync(Token);
        Assert.Equal(outcomes.Where(o => o.Timestamp >= cut).Select(o => o.Id).ToHashSet(), left.Select(o => o.Id).ToHashSet());
        Totals.AssertSame(Totals.Of(outcomes, null), await store.AggregateAsync(MetricsQuery.All, null, Token));
        Totals.AssertSame(Totals.Of(outcomes, TimeSpan.FromDays(1)), await store.AggregateAsync(MetricsQuery.All, TimeSpan.FromDays(1), Token));
        Assert.Equal(0, await database.CountAsync("MATCH (m:ModelMetrics)-[r]->(n) WHERE n.name IS NULL RETURN count(r)"));
    }

    [Fact]
    public async Task Pruning_leaves_the_outcomes_of_today_even_when_all_are_too_old()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();
        var outcome = Samples.Success(Today);
        await store.AppendAsync([outcome, Samples.Success(Today.AddDays(-1))], Token);

        await store.PruneAsync(Today.AddDays(3), Token);

        Assert.Equal([outcome], await store.ReadAsync(MetricsQuery.All, Token).ToListAsync(Token));
        Assert.Equal(2, (await store.AggregateAsync(MetricsQuery.All, null, Token)).Sum(t => t.Succeeded));
    }
}
