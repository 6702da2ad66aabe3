using System.Text;
using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Http;
using HybridLlm.Neo4j.Tests.Support;
using HybridLlm.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Neo4j.Tests;

/// <summary>What surprises in Neo4j's wire, by the numbers of docs/neo4j.md, against recorded answers of a real server.</summary>
public sealed class SurpriseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("307", "Neo.ClientError.Statement.ArithmeticError")]
    [InlineData("316", "Neo.ClientError.Statement.")]
    [InlineData("536", "Neo.ClientError.Statement.SemanticError")]
    [InlineData("320", "Neo.ClientError.")]
    [InlineData("321", "Neo.ClientError.")]
    [InlineData("600", "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration")]
    public async Task Surprise_01_most_failures_are_202(string number, string code)
    {
        await using var replay = Replay.Of(number);

        Assert.StartsWith(code, (await replay.FailAsync()).Code, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 202", Encoding.ASCII.GetString(Transcripts.Response("neo4j", number + "-")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("304")]
    [InlineData("325")]
    [InlineData("329")]
    public async Task Surprise_02_an_error_may_come_after_any_number_of_rows(string number)
    {
        await using var replay = Replay.Of(number);

        Assert.StartsWith("Neo.ClientError.", (await replay.FailAsync()).Code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("462", Neo4jFault.Transient, CypherRunner.Attempts)]
    [InlineData("603", Neo4jFault.Transient, CypherRunner.Attempts)]
    [InlineData("604b", Neo4jFault.Transient, CypherRunner.Attempts)]
    [InlineData("645", Neo4jFault.Transient, CypherRunner.Attempts)]
    [InlineData("475", Neo4jFault.Unexpected, 1)]
    [InlineData("605", Neo4jFault.OutOfMemory, 1)]
    [InlineData("606", Neo4jFault.OutOfMemory, 1)]
    public async Task Surprise_03_whether_to_try_again_is_in_the_code_not_in_the_status(string number, object fault, int attempts)
    {
        await using var replay = Replay.Of(number);

        Assert.Equal(fault, (await replay.FailAsync()).Fault);
        Assert.Equal(attempts, replay.Requests.Count);
    }

    [Theory]
    [InlineData("322")]
    [InlineData("440")]
    [InlineData("516")]
    [InlineData("520")]
    public async Task Surprise_04_500_is_often_the_callers_mistake_and_not_tried_again(string number)
    {
        await using var replay = Replay.Of(number);

        var failure = await replay.FailAsync();

        Assert.StartsWith("Neo.DatabaseError.", failure.Code, StringComparison.Ordinal);
        Assert.Equal(Neo4jFault.Unexpected, failure.Fault);
        Assert.Single(replay.Requests);
    }

    [Theory]
    [InlineData("340", Neo4jFault.Unauthorized, "HybridLlm:Metrics:Neo4j:Password")]
    [InlineData("344", Neo4jFault.Unauthorized, "HybridLlm:Metrics:Neo4j:Password")]
    [InlineData("350", Neo4jFault.Unauthorized, "ALTER CURRENT USER SET PASSWORD")]
    [InlineData("363", Neo4jFault.RateLimited, "refused for some seconds")]
    public async Task Surprise_05_a_refused_password_is_never_tried_again(string number, object fault, string remedy)
    {
        await using var replay = Replay.Of(number);

        var failure = await replay.FailAsync();

        Assert.Equal(fault, failure.Fault);
        Assert.Contains(remedy, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hybridllm-test", failure.ToString(), StringComparison.Ordinal);
        Assert.Single(replay.Requests);
    }

    [Theory]
    [InlineData("107", "N/A", Neo4jFault.Statement, "BigInteger")]
    [InlineData("380", null, Neo4jFault.Misconfigured, "status 431")]
    [InlineData("385", null, Neo4jFault.Misconfigured, "Bolt port")]
    [InlineData("310", "Neo.ClientError.Database.DatabaseNotFound", Neo4jFault.Misconfigured, "HybridLlm:Metrics:Neo4j:Database")]
    [InlineData("640", "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", Neo4jFault.Misconfigured, "member that takes writes")]
    [InlineData("641", "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", Neo4jFault.Misconfigured, "member that takes writes")]
    [InlineData("631", "Neo.ClientError.Request.Invalid", Neo4jFault.Misconfigured, "Neo4j 5.25 or newer")]
    public async Task Surprise_06_not_every_answer_is_json_and_each_has_its_remedy(string number, string? code, object fault, string remedy)
    {
        await using var replay = Replay.Of(number);

        var failure = await replay.FailAsync();

        Assert.Equal((code, fault), (failure.Code, failure.Fault));
        Assert.Contains(remedy, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Surprise_06_tls_to_a_port_without_it_says_so()
    {
        var answer = Transcripts.Response("neo4j", "384-");
        await using var server = new TranscriptServer(connection => connection.SendAsync(answer));
        var transport = new QueryApiTransport(new Clients(), new() { Uri = server.Endpoint.Replace("http:", "https:", StringComparison.Ordinal) });

        var failure = await Assert.ThrowsAsync<Neo4jMetricsException>(() => transport.RunAsync(CypherStatement.Read("RETURN 1"), Token));

        Assert.Equal(Neo4jFault.Misconfigured, failure.Fault);
        Assert.Contains("write http://", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Surprise_07_nothing_is_sent_that_an_older_server_does_not_know()
    {
        await using var replay = Replay.Of("101");

        await replay.RunAsync();

        using var body = System.Text.Json.JsonDocument.Parse(Assert.Single(replay.Requests).Text);
        Assert.Equal(["statement", "parameters", "accessMode"], body.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("application/json", replay.Requests[0].Header("Content-Type"));
        await using var refused = Replay.Of("370");
        Assert.Equal(Neo4jFault.Statement, (await refused.FailAsync()).Fault);
    }

    [Fact]
    public async Task Surprise_08_a_double_without_a_fraction_keeps_its_point()
    {
        await using var replay = Replay.Of("101");

        await replay.Transport.RunAsync(
            new("RETURN 1", new Dictionary<string, object?> { ["a"] = 100.0, ["b"] = 1e300, ["c"] = -0.0, ["d"] = 0.1, ["e"] = 1e15, ["f"] = 7, ["g"] = 1e-7, ["h"] = double.MaxValue }), Token);

        using var body = System.Text.Json.JsonDocument.Parse(replay.Requests[0].Text);
        var numbers = body.RootElement.GetProperty("parameters").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetRawText());
        Assert.Equal("7", numbers["f"]);
        Assert.All(numbers.Where(n => n.Key != "f"), n => Assert.Matches(@"[.E]", n.Value));
        Assert.Equal([100.0, 1e300, -0.0, 0.1, 1e15, 1e-7, double.MaxValue], "abcdegh".Select(name => double.Parse(numbers[name.ToString()], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Surprise_09_what_json_cannot_say_comes_as_text_and_integers_come_in_full()
    {
        await using var floats = Replay.Of("166");
        Assert.Equal([1.0, 0.1, 1e300, 4.9e-324, double.NaN, double.PositiveInfinity, double.NegativeInfinity], (await floats.RunAsync()).Rows[0].Select(CypherResult.ToDouble).OfType<double>());

        await using var integers = Replay.Of("167");
        Assert.Equal([9007199254740993L, long.MaxValue, long.MinValue], (await integers.RunAsync()).Rows[0]);

        await using var mixed = Replay.Of("104");
        var row = (await mixed.RunAsync()).Rows[0];
        Assert.Equal([42L, 1.5, "ä€\U0001F600\n\"", true, null], row[..5]);
        Assert.Equal([1L, "a", null], ((object?[])row[5]!)[..3]);
        Assert.Equal(1L, ((Dictionary<string, object?>)row[6]!)["a"]);
    }

    [Fact]
    public async Task Surprise_10_and_12_plain_json_is_all_that_is_asked_for_and_every_server_knows_it()
    {
        await using var replay = Replay.Of("101");

        await replay.RunAsync();

        Assert.Equal("application/json", Assert.Single(replay.Requests).Header("Accept"));
    }

    [Fact]
    public async Task Surprise_11_a_percentile_may_be_an_integer_and_sums_of_nothing_are_null()
    {
        await using var percentiles = Replay.Of("553");
        Assert.Equal([25.0, 20.0, 38.5, 40.0, 10.0, 40.0], (await percentiles.RunAsync()).Rows[0][..6].Select(CypherResult.ToDouble).OfType<double>());

        await using var nothing = Replay.Of("552");
        Assert.Equal([0.0, null, null], (await nothing.RunAsync()).Rows[0][..3].Select(CypherResult.ToDouble));

        await using var noGroups = Replay.Of("551");
        Assert.Empty((await noGroups.RunAsync()).Rows);
    }

    [Fact]
    public async Task Surprise_13_the_limit_of_time_is_the_clients_own()
    {
        var time = new ManualTimeProvider();
        var transport = new ScriptedTransport { Gate = new TaskCompletionSource().Task };
        await using var runner = new CypherRunner(transport, new() { Timeout = TimeSpan.FromSeconds(30) }, time, NullLogger.Instance);

        var query = runner.RunAsync(CypherStatement.Merge("MERGE (n)"), Token);
        await time.WaitForTimersAsync(1, Token);
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(Neo4jFault.TimedOut, (await Assert.ThrowsAsync<Neo4jMetricsException>(() => query)).Fault);

        // The first goes on in the server: a second would take its resources.
        Assert.Single(transport.Statements);
    }

    [Theory]
    [InlineData("304", new[] { 1, 20, 150, 200 })]
    [InlineData("325", new[] { 5, 60, 150, 200 })]
    public async Task Surprise_14_an_answer_in_whatever_pieces_is_read_to_its_end(string number, int[] pieces)
    {
        await using var whole = Replay.Of(number);
        await using var split = Replay.Of(number, pieces);

        Assert.Equal((await whole.FailAsync()).Message, (await split.FailAsync()).Message);
    }

    [Fact]
    public async Task Surprise_15_only_what_may_be_repeated_is_sent_again_when_no_answer_came()
    {
        var transport = new ScriptedTransport { After = static _ => ScriptedTransport.Lost() };
        await using var runner = new CypherRunner(transport, new(), TimeProvider.System, NullLogger.Instance);

        await Assert.ThrowsAsync<Neo4jMetricsException>(() => runner.RunAsync(new("CREATE (n)"), Token));
        Assert.Single(transport.Statements);

        await Assert.ThrowsAsync<Neo4jMetricsException>(() => runner.RunAsync(CypherStatement.Merge("MERGE (n)"), Token));
        Assert.Equal(["CREATE (n)", "MERGE (n)", "MERGE (n)"], transport.Statements);
    }

    [Fact]
    public async Task Surprise_16_few_queries_are_under_way_at_once()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var transport = new ScriptedTransport { Gate = gate.Task };
        await using var runner = new CypherRunner(transport, new() { MaxConcurrency = 3 }, TimeProvider.System, NullLogger.Instance);

        var queries = Enumerable.Range(0, 40).Select(_ => runner.RunAsync(CypherStatement.Read("RETURN 1"), Token)).ToArray();
        Assert.Equal(3, transport.Statements.Count);
        gate.SetResult();
        await Task.WhenAll(queries);

        Assert.Equal((40, 3), (transport.Statements.Count, transport.MostAtOnce));
    }

    [Theory]
    [InlineData("721")]
    [InlineData("726")]
    public async Task Surprise_17_an_answer_without_an_end_is_none(string number)
    {
        await using var replay = Replay.Of(number);

        Assert.Equal(Neo4jFault.ConnectionLost, (await replay.FailAsync()).Fault);
        Assert.Equal(2, replay.Requests.Count);
    }

    [Fact]
    public void Surprise_17_connections_are_given_up_before_the_server_closes_them()
    {
        using var handler = QueryApiTransport.CreateHandler();

        Assert.InRange(handler.PooledConnectionIdleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(29));
    }

    [Fact]
    public async Task Surprise_18_19_and_20_every_statement_is_a_transaction_of_its_own()
    {
        await using var replay = Replay.Of("101");

        await replay.RunAsync();

        // None stays open with its locks, none can expire, and no header leads back to a member of a cluster.
        Assert.Equal("POST /db/neo4j/query/v2 HTTP/1.1", Assert.Single(replay.Requests).RequestLine);
    }

    [Fact]
    public async Task Surprise_21_the_check_of_health_is_a_query()
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("neo4j", "645-"));
        await using var replay = Replay.Of(server);
        await using var runner = new CypherRunner(replay.Transport, new(), TimeProvider.System, NullLogger.Instance);

        var failure = await Assert.ThrowsAsync<Neo4jMetricsException>(() => runner.CheckAsync(Token));

        Assert.Equal("Neo.TransientError.General.DatabaseUnavailable", failure.Code);
        Assert.Contains("\"RETURN 1\"", replay.Requests[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("501")]
    [InlineData("503")]
    [InlineData("507")]
    public async Task Surprise_22_what_is_there_already_is_no_fault(string number)
    {
        await using var replay = Replay.Of(number);

        var result = await replay.RunAsync();

        Assert.Empty(result.Rows);
        Assert.Equal("INFORMATION", Assert.Single(result.Notes).Severity);
    }

    [Fact]
    public async Task Surprise_23_remarks_are_said_once_and_only_those_that_say_something()
    {
        var log = new LogRecorder<SurpriseTests>();
        foreach (var number in (string[])["118", "118", "116", "501"])
        {
            await using var replay = Replay.Of(number);
            await using var runner = new CypherRunner(replay.Transport, new(), TimeProvider.System, log);
            await runner.RunAsync(CypherStatement.Read("RETURN 1"), Token);
            await runner.RunAsync(CypherStatement.Read("RETURN 1"), Token);
        }

        // Each runner said it once.
        Assert.Equal(2, log.Lines.Count());
        Assert.All(log.Lines, static line => Assert.Contains("FeatureDeprecationWarning", line, StringComparison.Ordinal));
        Assert.Empty(log.Warnings);
    }
}
