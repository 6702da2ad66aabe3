using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Neo4j.Tests;

/// <summary>What becomes of statements and outcomes when the network, the server or its users do not as they should.</summary>
public abstract class FaultTests(Wire wire)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_whose_answer_is_lost_is_stored_once()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var relay = new Relay(database.Options().Uri);
        await using var store = database.CreateStore(database.Transport(options => options.Uri = relay.Uri));
        await store.AppendAsync(Samples.Many(21, 10, DateTimeOffset.UtcNow.AddHours(-1), TimeSpan.FromMinutes(30)), Token);

        relay.CutAfter = 50_000;
        await store.AppendAsync(Samples.Many(22, 900, DateTimeOffset.UtcNow.AddHours(-1), TimeSpan.FromMinutes(30)), Token);

        Assert.Null(relay.CutAfter);
        Assert.False(store.IsAway);
        Assert.Empty(database.Log.Warnings);
        Assert.Equal(910, await database.CountAsync("MATCH (m:ModelMetrics) RETURN count(m)"));
    }

    [Fact]
    public async Task While_the_server_is_away_outcomes_wait_and_when_it_is_back_all_are_stored_once()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var relay = new Relay(database.Options().Uri);
        await using var store = database.CreateStore(database.Transport(options => options.Uri = relay.Uri));
        var outcomes = Samples.Many(23, 600, DateTimeOffset.UtcNow.AddHours(-1), TimeSpan.FromMinutes(30));
        await store.AppendAsync(outcomes[..200], Token);

        relay.IsAway = true;
        relay.Cut();
        await store.AppendAsync(outcomes[200..400], Token);

        Assert.True(store.IsAway);
        Assert.Contains("Is the server running", Assert.Single(database.Log.Warnings), StringComparison.Ordinal);

        relay.IsAway = false;
        await store.AppendAsync(outcomes[400..], Token);
        await Wait.UntilAsync(() => !store.IsAway && database.Spool.Files("spool-*").Length == 0);

        Assert.Equal(600, await database.CountAsync("MATCH (m:ModelMetrics) RETURN count(m)"));
        Assert.Equal(600, await database.CountAsync("MATCH (m:ModelMetrics) RETURN count(DISTINCT m.id)"));
    }

    [Fact]
    public async Task Statements_that_were_given_up_leave_their_places_to_others()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var relay = new Relay(database.Options().Uri);
        await using var runner = CreateRunner(database, options => options.Uri = relay.Uri);
        await runner.CheckAsync(Token);

        relay.IsSilent = true;
        using var givingUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var places = database.Options().MaxConcurrency;
        var lost = Enumerable.Range(0, places).Select(_ => runner.CheckAsync(givingUp.Token)).ToArray();
        await Wait.UntilAsync(() => relay.Lost == places);
        await givingUp.CancelAsync();

        foreach (var statement in lost)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => statement);
        }

        // The connections stay silent; new ones do not.
        relay.IsSilent = false;
        await Task.WhenAll(Enumerable.Range(0, 3 * places).Select(_ => runner.CheckAsync(Token)));
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_soon_the_user_is_too_and_each_says_what_to_do()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var user = await OtherUser.CreateAsync(database, "CHANGE NOT REQUIRED");
        await using var runner = CreateRunner(database, options => (options.User, options.Password) = (user.Name, "wrong-password"));

        var first = await Assert.ThrowsAsync<Neo4jMetricsException>(() => runner.CheckAsync(Token));
        var failure = first;
        await Wait.UntilAsync(async () => (failure = await Assert.ThrowsAsync<Neo4jMetricsException>(() => runner.CheckAsync(Token))).Fault != Neo4jFault.Unauthorized);

        Assert.Equal((Neo4jFault.Unauthorized, "Neo.ClientError.Security.Unauthorized"), (first.Fault, first.Code));
        Assert.Equal((Neo4jFault.RateLimited, "Neo.ClientError.Security.AuthenticationRateLimit"), (failure.Fault, failure.Code));
        Assert.All([first, failure], static refused =>
        {
            Assert.Contains("Check HybridLlm:Metrics:Neo4j:User and HybridLlm:Metrics:Neo4j:Password.", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong-password", refused.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_password_that_must_be_changed_first_says_so()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var user = await OtherUser.CreateAsync(database, "CHANGE REQUIRED");
        await using var runner = CreateRunner(database, options => (options.User, options.Password) = (user.Name, OtherUser.Password));

        var failure = await Assert.ThrowsAsync<Neo4jMetricsException>(() => runner.CheckAsync(Token));

        Assert.Equal(Neo4jFault.Unauthorized, failure.Fault);
        Assert.Contains("ALTER CURRENT USER SET PASSWORD", failure.Message, StringComparison.Ordinal);
    }

    private static CypherRunner CreateRunner(RealNeo4j database, Action<Neo4jMetricsOptions> configure) =>
        new(database.Transport(configure), database.Options(), TimeProvider.System, NullLogger.Instance);

    /// <summary>A user of the database for one test.</summary>
    private sealed class OtherUser : IAsyncDisposable
    {
        public const string Password = "given-by-another";

        private readonly CypherRunner _system;

        private OtherUser(CypherRunner system) => _system = system;

        public string Name { get; } = "hybridllm_" + Guid.NewGuid().ToString("N");

        public static async Task<OtherUser> CreateAsync(RealNeo4j database, string condition)
        {
            var user = new OtherUser(CreateRunner(database, static options => options.Database = "system"));
            await user._system.RunAsync(CypherStatement.Merge($"CREATE USER {user.Name} SET PASSWORD '{Password}' {condition}"), Token);
            return user;
        }

        public async ValueTask DisposeAsync()
        {
            await _system.RunAsync(CypherStatement.Merge($"DROP USER {Name} IF EXISTS"), Token);
            await _system.DisposeAsync();
        }
    }
}
