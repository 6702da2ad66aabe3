using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Tests.Support;

namespace HybridLlm.Neo4j.Tests;

/// <summary>What surprises, where only a real server can tell.</summary>
public abstract class RealSurpriseTests(Wire wire)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Surprise_08_a_whole_double_is_stored_as_one()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);

        var result = await database.Runner.RunAsync(
            CypherStatement.Read("RETURN valueType($d) STARTS WITH 'FLOAT', toString($d / 3)", new Dictionary<string, object?> { ["d"] = 100.0 }), Token);

        Assert.Equal([true, "33.333333333333336"], result.Rows[0]);
    }

    [Fact]
    public async Task Surprise_24_a_double_comes_back_in_full_as_text()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        double[] numbers = [165988.125, 0.1, 1e300, 123456789.0, 16777217.0, 3.4028234663852886e38, double.Epsilon];

        var result = await database.Runner.RunAsync(
            CypherStatement.Read("UNWIND $x AS x RETURN toString(x)", new Dictionary<string, object?> { ["x"] = numbers.Cast<object?>() }), Token);

        Assert.Equal(numbers, result.Rows.Select(row => CypherResult.ToDouble(row[0])).OfType<double>());
    }

    [Fact]
    public async Task Values_of_every_kind_come_back_as_they_went()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        object?[] values =
        [
            null, true, false, 7L, long.MaxValue, long.MinValue, 1.5, "", "ä€\U0001F600\n\"", Array.Empty<object?>(), new object?[] { 1L, "a", null, new object?[] { 2.5 } },
        ];

        var result = await database.Runner.RunAsync(
            CypherStatement.Read("RETURN $values AS v, {a: $values[3], b: [$values[6]], c: null} AS m, 0.0 / 0.0 AS n", new Dictionary<string, object?> { ["values"] = values }), Token);

        Assert.Equal(["v", "m", "n"], result.Fields);
        var row = Assert.Single(result.Rows);
        Assert.Equal(values, row[0]);
        var map = Assert.IsType<Dictionary<string, object?>>(row[1]);
        Assert.Equal((3, 7L, null), (map.Count, map["a"], map["c"]));
        Assert.Equal(new object?[] { 1.5 }, map["b"]);
        Assert.Equal(double.NaN, CypherResult.ToDouble(row[2]));
    }

    [Fact]
    public async Task A_number_that_is_none_cannot_be_sent()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);

        await Assert.ThrowsAsync<ArgumentException>(
            () => database.Runner.RunAsync(CypherStatement.Read("RETURN $d", new Dictionary<string, object?> { ["d"] = double.NaN }), Token));
    }

    [Fact]
    public async Task A_wrong_password_says_what_to_do_and_is_tried_once()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore(database.Transport(static options => options.User = "nobody"));

        await store.AppendAsync(Samples.Many(1, 3, DateTimeOffset.UtcNow, TimeSpan.FromHours(1)), Token);

        Assert.True(store.IsAway);
        Assert.Contains("Check HybridLlm:Metrics:Neo4j:User and HybridLlm:Metrics:Neo4j:Password.", Assert.Single(database.Log.Warnings), StringComparison.Ordinal);
        Assert.Single(database.Spool.Files("spool-*"));
    }

    [Fact]
    public async Task A_wrong_database_says_what_to_do()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore(database.Transport(static options => options.Database = "nope"));

        var failure = await Assert.ThrowsAsync<Neo4jMetricsException>(() => store.ReadAsync(MetricsQuery.All, Token).ToListAsync(Token).AsTask());

        Assert.Contains("There is no database 'nope'.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_server_says_what_to_do()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var store = database.CreateStore(database.Transport(static options => options.Uri = new Uri(options.Uri).Scheme + "://127.0.0.1:9"));

        var failure = await Assert.ThrowsAsync<Neo4jMetricsException>(() => store.ReadAsync(MetricsQuery.All, Token).ToListAsync(Token).AsTask());

        Assert.Equal(Neo4jFault.ConnectionLost, failure.Fault);
        Assert.Contains("Is the server running", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_constraint_that_the_edition_lacks_is_not_tried_again()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);

        var failure = await Assert.ThrowsAsync<Neo4jMetricsException>(() => database.RunAsync("CREATE CONSTRAINT hybridllm_test FOR (n:Nope) REQUIRE n.x IS NOT NULL"));

        Assert.Equal("Neo.DatabaseError.Schema.ConstraintCreationFailed", failure.Code);
    }
}
