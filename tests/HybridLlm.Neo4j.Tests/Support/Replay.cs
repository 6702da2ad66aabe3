using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Neo4j.Tests.Support;

/// <summary>A server that answers with a recorded answer of Neo4j 5.26, byte by byte, and the client of the package that asks it.</summary>
internal sealed class Replay : IAsyncDisposable
{
    private readonly TranscriptServer _server;
    private readonly CypherRunner _runner;

    private Replay(TranscriptServer server)
    {
        _server = server;
        var options = new Neo4jMetricsOptions { Uri = server.Endpoint, Password = "hybridllm-test", Timeout = TimeSpan.FromMinutes(2) };
        Transport = new QueryApiTransport(new Clients(), options);
        _runner = new(Transport, options, TimeProvider.System, NullLogger.Instance);
    }

    public QueryApiTransport Transport { get; }

    public IReadOnlyList<TranscriptRequest> Requests => [.. _server.Requests];

    /// <summary>Answers every request with a recording, in pieces where that is asked for.</summary>
    public static Replay Of(string number, params int[] pieces) => new(TranscriptServer.Replaying(Transcripts.Response("neo4j", number + "-"), pieces));

    public static Replay Of(TranscriptServer server) => new(server);

    /// <summary>Runs a statement that may be repeated, and returns what it returned.</summary>
    public Task<CypherResult> RunAsync() => _runner.RunAsync(CypherStatement.Read("RETURN 1"), TestContext.Current.CancellationToken);

    /// <summary>Runs a statement that may be repeated, and returns how it failed.</summary>
    public async Task<Neo4jMetricsException> FailAsync() => await Assert.ThrowsAsync<Neo4jMetricsException>(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _runner.DisposeAsync();
        await _server.DisposeAsync();
    }
}
