using HybridLlm.Neo4j.Cypher;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Neo4j.Tests.Support;

/// <summary>A real server, emptied for the test, or a skipped test. One test at a time: they share its one database.</summary>
internal sealed class RealNeo4j : IAsyncDisposable
{
    public const string Collection = "Neo4j";

    private readonly Wire _wire;
    private readonly CypherRunner _runner;

    private RealNeo4j(Wire wire)
    {
        _wire = wire;
        _runner = new(Transport(), Options(), TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>Gets a folder in which outcomes wait.</summary>
    public TemporaryFolder Spool { get; } = new();

    /// <summary>Gets what the store logged.</summary>
    public LogRecorder<Neo4jMetricsStore> Log { get; } = new();

    /// <summary>Gets what the trackers logged.</summary>
    public LogRecorder<Metrics.RecordingPerformanceTracker> Tracker { get; } = new();

    public CypherRunner Runner => _runner;

    /// <summary>Empties the database, or skips the test where there is none.</summary>
    public static async Task<RealNeo4j> OpenAsync(Wire wire)
    {
        var database = new RealNeo4j(wire);

        // In batches, and the many first, whatever an earlier run left.
        await database.RunAsync("MATCH (n:ModelMetrics) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 2000 ROWS");
        await database.RunAsync("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 2000 ROWS");
        return database;
    }

    public Neo4jMetricsOptions Options()
    {
        var variable = _wire == Wire.Http ? "HYBRIDLLM_TEST_NEO4J_URI" : "HYBRIDLLM_TEST_NEO4J_BOLT_URI";
        var uri = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(string.IsNullOrEmpty(uri), $"There is no Neo4j. Set {variable} (and HYBRIDLLM_TEST_NEO4J_USER, _PASSWORD) to a database whose contents may be deleted.");
        return new()
        {
            Uri = _wire == Wire.Routed ? "neo4j:" + uri[(uri.IndexOf(':', StringComparison.Ordinal) + 1)..] : uri,
            User = Environment.GetEnvironmentVariable("HYBRIDLLM_TEST_NEO4J_USER") ?? "neo4j",
            Password = Environment.GetEnvironmentVariable("HYBRIDLLM_TEST_NEO4J_PASSWORD"),

            // The machine may be busy with other things.
            Timeout = TimeSpan.FromMinutes(5),
        };
    }

    public ICypherTransport Transport(Action<Neo4jMetricsOptions>? configure = null)
    {
        var options = Options();
        configure?.Invoke(options);
        return Transports.Create(options, new Clients());
    }

    /// <summary>Makes a store on the database.</summary>
    public Neo4jMetricsStore CreateStore(ICypherTransport? transport = null, TimeProvider? time = null) =>
        new(transport ?? Transport(), Options(), Spool.Path, time ?? TimeProvider.System, Log);

    /// <summary>Runs a statement.</summary>
    public Task<CypherResult> RunAsync(string statement) => _runner.RunAsync(CypherStatement.Merge(statement), TestContext.Current.CancellationToken);

    /// <summary>Runs a statement that returns a number.</summary>
    public async Task<long> CountAsync(string statement) => (await RunAsync(statement)).Count;

    public async ValueTask DisposeAsync()
    {
        await _runner.DisposeAsync();
        Spool.Dispose();
    }
}
