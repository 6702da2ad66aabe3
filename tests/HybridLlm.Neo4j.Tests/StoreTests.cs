using HybridLlm.Neo4j.Tests.Support;

namespace HybridLlm.Neo4j.Tests;

public abstract class StoreTests(Wire wire)
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_field_of_an_outcome_survives_a_round_trip()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();
        var outcomes = Samples.Many(1, 500, Now.AddDays(-3), TimeSpan.FromDays(2));

        await store.AppendAsync(outcomes, Token);

        Assert.Equal(outcomes.OrderBy(o => o.Timestamp).ThenBy(o => o.Id.ToString(), StringComparer.Ordinal), await store.ReadAsync(MetricsQuery.All, Token).ToListAsync(Token));
        Assert.False(store.IsAway);
        Assert.Empty(database.Log.Warnings);
    }

    [Fact]
    public async Task A_timestamp_with_an_offset_is_the_same_instant_when_it_comes_back()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();
        var outcome = Samples.Success(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(5.5)).AddTicks(1_234_567));

        await store.AppendAsync([outcome], Token);

        Assert.Equal(outcome, Assert.Single(await store.ReadAsync(MetricsQuery.All, Token).ToListAsync(Token)));
    }

    [Fact]
    public async Task A_number_that_is_none_is_left_out_and_disturbs_no_average()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();
        var broken = Samples.Success(Now) with { DurationMs = double.NaN, TimeToFirstTokenMs = double.PositiveInfinity, TokensPerSecond = double.NaN };

        await store.AppendAsync([broken, Samples.Success(Now, ms: 100)], Token);

        Assert.Equal(100.0, (await database.RunAsync("MATCH (m:ModelMetrics) RETURN avg(m.duration)")).Rows[0][0]);
        var back = await store.ReadAsync(MetricsQuery.All, Token).SingleAsync(o => o.Id == broken.Id, Token);
        Assert.Equal((double.NaN, null, null), (back.DurationMs, back.TimeToFirstTokenMs, back.TokensPerSecond));
    }

    [Fact]
    public async Task An_outcome_appended_again_is_there_once_and_as_it_was()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();
        var outcome = Samples.Success(Now);

        await store.AppendAsync([outcome, outcome], Token);
        await store.AppendAsync([outcome with { DurationMs = 5 }], Token);

        Assert.Equal([outcome], await store.ReadAsync(MetricsQuery.All, Token).ToListAsync(Token));
        Assert.Equal(2, await database.CountAsync("MATCH (:ModelMetrics)-[r]->() RETURN count(r)"));
    }

    [Fact]
    public async Task Nodes_have_the_names_of_the_design_and_are_linked_to_model_and_provider()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();
        var attempt = Samples.Success(Now, "gemma", "summary", 100) with { OutputTokens = 42, TokensPerSecond = 20, Attempt = 2 };
        var failed = Samples.Success(Now, "gemma", "summary") with { Status = OutcomeStatus.Failed, Error = ProviderErrorKind.Timeout };
        var rating = Samples.Success(Now, "gemma", "summary") with { Status = OutcomeStatus.Rated, Rating = 0.25, RequestId = attempt.RequestId };

        await store.AppendAsync([attempt, failed, rating], Token);

        var rows = await database.RunAsync(
            """
            MATCH (p:Provider {name: 'p'})<-[:BY_PROVIDER]-(m:ModelMetrics {model_name: 'gemma', task_type: 'summary'})-[:OF_MODEL]->(:Model {name: 'gemma'})
            RETURN m.status, m.success, m.error, m.duration, m.token_count, m.tokens_per_second, m.timestamp.epochSeconds, m.attempt, m.rating, m:Feedback
            ORDER BY m.status DESC
            """);
        var seconds = Now.ToUnixTimeSeconds();
        Assert.Equal(3, rows.Rows.Count);
        Assert.Equal(["Succeeded", true, null, 100.0, 42L, 20.0, seconds, 2L, null, false], rows.Rows[0]);
        Assert.Equal(["Rated", null, null, 100.0, null, null, seconds, 1L, 0.25, true], rows.Rows[1]);
        Assert.Equal(["Failed", false, "Timeout", 100.0, null, null, seconds, 1L, null, false], rows.Rows[2]);
    }

    [Fact]
    public async Task Reading_goes_through_pages_of_outcomes_that_ended_at_the_same_moment()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();
        var outcomes = Enumerable.Range(0, 11_000).Select(i => Samples.Success(Now.AddSeconds(i / 6_000))).ToList();

        await store.AppendAsync(outcomes, Token);
        var read = await store.ReadAsync(MetricsQuery.All, Token).ToListAsync(Token);

        Assert.Equal(outcomes.Select(o => o.Id).ToHashSet(), read.Select(o => o.Id).ToHashSet());
        Assert.Equal(outcomes.Count, read.Count);
        Assert.Equal(read.Select(o => o.Timestamp).Order(), read.Select(o => o.Timestamp));
    }

    [Fact]
    public async Task A_query_reads_what_it_matches()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();
        var outcomes = Samples.Many(2, 400, Now.AddDays(-2), TimeSpan.FromDays(1));
        await store.AppendAsync(outcomes, Token);

        MetricsQuery[] queries =
        [
            new() { Model = outcomes[0].Model },
            new() { Provider = outcomes[0].Provider, TaskType = outcomes[1].TaskType },
            new() { From = outcomes[3].Timestamp, To = outcomes[4].Timestamp },
            new() { From = Now.AddDays(-1.5), To = outcomes[5].Timestamp, Model = outcomes[5].Model, Provider = outcomes[5].Provider, TaskType = outcomes[5].TaskType },
            new() { Model = "' OR 1=1" },
        ];

        foreach (var query in queries)
        {
            var expected = outcomes.Where(query.Matches).Select(o => o.Id).ToHashSet();
            Assert.Equal(expected, (await store.ReadAsync(query, Token).ToListAsync(Token)).Select(o => o.Id).ToHashSet());
        }
    }

    [Fact]
    public async Task An_outcome_with_a_name_too_long_for_an_index_does_not_hold_up_the_others()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore();
        var outcomes = Samples.Many(3, 20, Now.AddDays(-1), TimeSpan.FromHours(1));

        // An index takes keys of some eight thousand bytes.
        outcomes[7] = outcomes[7] with { Model = new string('x', 40_000) };
        await store.AppendAsync(outcomes, Token);

        Assert.Equal(
            outcomes.Where((_, i) => i != 7).Select(o => o.Id).ToHashSet(),
            (await store.ReadAsync(MetricsQuery.All, Token).ToListAsync(Token)).Select(o => o.Id).ToHashSet());
        Assert.Contains(outcomes[7].Id.ToString(), Assert.Single(database.Log.Warnings), StringComparison.Ordinal);
        Assert.False(store.IsAway);
    }

    [Fact]
    public async Task Two_stores_may_make_the_schema_at_once()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        foreach (var kind in (string[])["CONSTRAINT", "INDEX"])
        {
            var names = await database.RunAsync($"SHOW {kind} YIELD name WHERE name STARTS WITH 'hybridllm_' RETURN name");
            foreach (var name in names.Rows.Select(static row => row[0]))
            {
                await database.RunAsync($"DROP {kind} {name} IF EXISTS");
            }
        }

        await using var first = database.CreateStore();
        await using var second = database.CreateStore();
        await Task.WhenAll(
            first.AppendAsync(Samples.Many(4, 50, Now, TimeSpan.FromHours(1)), Token).AsTask(),
            second.AppendAsync(Samples.Many(5, 50, Now, TimeSpan.FromHours(1)), Token).AsTask());

        Assert.Empty(database.Log.Warnings);
        Assert.Equal(100, await database.CountAsync("MATCH (m:ModelMetrics) RETURN count(m)"));
        Assert.Equal(
            Store.Neo4jSchema.Statements.Count(static statement => statement.Contains("CONSTRAINT", StringComparison.Ordinal)),
            (int)await database.CountAsync("SHOW CONSTRAINTS YIELD name WHERE name STARTS WITH 'hybridllm_' RETURN count(*)"));
    }
}
