using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HybridLlm.Neo4j;
using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Benchmarks.Neo4jStore;

/// <summary>A real Neo4j of its own, that can be killed and started again.</summary>
internal sealed class Neo4jServer : IAsyncDisposable
{
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(30);

    private readonly string _scripts;
    private readonly string _data = Path.Combine(Path.GetTempPath(), "hybridllm-bench-neo4j-" + Path.GetRandomFileName());
    private readonly int _httpPort = FreePort();
    private readonly int _boltPort = FreePort();

    private Neo4jServer(string scripts) => _scripts = scripts;

    public Neo4jMetricsOptions Options => new()
    {
        Uri = $"http://127.0.0.1:{_httpPort}",
        Password = "hybridllm-test",
        Timeout = TimeSpan.FromMinutes(10),
    };

    public Neo4jMetricsOptions BoltOptions => new()
    {
        Uri = $"bolt://127.0.0.1:{_boltPort}",
        Password = Options.Password,
        Timeout = Options.Timeout,
    };

    /// <summary>Starts one, where there are scripts to start it with and java.</summary>
    /// <returns>The server; <see langword="null"/> where it cannot be started.</returns>
    public static async Task<Neo4jServer?> TryStartAsync()
    {
        var shared = Environment.GetEnvironmentVariable("HYBRIDLLM_SHARED") is { Length: > 0 } named ? named : Path.Combine("..", "shared");
        var scripts = Path.GetFullPath(Path.Combine(shared, "neo4j"));
        if (!File.Exists(Path.Combine(scripts, "start.sh")))
        {
            return null;
        }

        var server = new Neo4jServer(scripts);
        return await server.StartAsync().ConfigureAwait(false) ? server : null;
    }

    /// <summary>Makes a store on a server, with a spool of its own.</summary>
    public static Neo4jMetricsStore CreateStore(Neo4jMetricsOptions options, out string spool)
    {
        spool = Path.Combine(Path.GetTempPath(), "hybridllm-bench-spool-" + Path.GetRandomFileName());
        return new(Transports.Create(options, new OneClient()), options, spool, TimeProvider.System, NullLogger.Instance);
    }

    public async Task EmptyAsync()
    {
        await QueryAsync("MATCH (m:ModelMetrics) CALL (m) { DETACH DELETE m } IN TRANSACTIONS OF 5000 ROWS").ConfigureAwait(false);
        await QueryAsync("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").ConfigureAwait(false);
    }

    public async Task<long> CountAsync(string query) => (await QueryAsync(query).ConfigureAwait(false)).Count;

    public async Task<CypherResult> QueryAsync(string query)
    {
        var transport = Transports.Create(Options, new OneClient());
        await using (transport.ConfigureAwait(false))
        {
            return await transport.RunAsync(new(query), CancellationToken.None).ConfigureAwait(false);
        }
    }

    public async Task<bool> StartAsync() => await RunAsync("start.sh", "--http-port", Text(_httpPort), "--bolt-port", Text(_boltPort)).ConfigureAwait(false) == 0;

    /// <summary>Kills it, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        var id = await File.ReadAllTextAsync(Path.Combine(_data, "neo4j.pid")).ConfigureAwait(false);
        using var process = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
        process.Kill();

        // The script that runs it removes the file when it has seen the end.
        var killed = Stopwatch.GetTimestamp();
        while (File.Exists(Path.Combine(_data, "neo4j.pid")))
        {
            if (Stopwatch.GetElapsedTime(killed) > KillTimeout)
            {
                throw new InvalidOperationException($"The server was killed, but '{Path.Combine(_data, "neo4j.pid")}' is still there after {KillTimeout.TotalSeconds} seconds.");
            }

            await Task.Delay(100).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync() => await RunAsync("stop.sh", "--remove").ConfigureAwait(false);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<int> RunAsync(string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(_scripts, script), ["--data", _data, .. arguments]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode;
    }

    private sealed class OneClient : IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(QueryApiTransport.CreateHandler());
    }
}
