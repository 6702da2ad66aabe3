using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using HybridLlm.Benchmarks.Goals;
using HybridLlm.Metrics;
using HybridLlm.Metrics.Reports;
using HybridLlm.Neo4j;
using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Http;
using HybridLlm.Neo4j.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Benchmarks.Neo4jStore;

/// <summary>Measures the Neo4j store against a real server: storing, reports over a million outcomes, and what is lost when the server is killed.</summary>
internal static class Neo4jComparison
{
    private const int Batch = 1_000;
    private const int Rounds = 10;
    private const int BatchesPerRound = 10;
    private const int Million = 1_000_000;

    /// <summary>Gets the goals' names, to choose by.</summary>
    public static IReadOnlyList<string> Names { get; } = ["neo4j: outcomes per second", "neo4j: killed under load", "neo4j: reports over a million"];

    /// <summary>Measures those goals whose name holds what is wanted.</summary>
    public static async Task<bool> RunAsync(string wanted)
    {
        if (await Neo4jServer.TryStartAsync().ConfigureAwait(false) is not { } server)
        {
            Console.WriteLine(Goal.Line("neo4j", "not measured", "-", "-", "no server to start", "skipped"));
            return true;
        }

        await using (server.ConfigureAwait(false))
        {
            var reached = true;
            Func<Neo4jServer, Task<bool>>[] goals = [IngestAsync, CrashAsync, ReportsAsync];
            foreach (var (name, measure) in Names.Zip(goals))
            {
                if (name.Contains(wanted, StringComparison.OrdinalIgnoreCase))
                {
                    reached &= await measure(server).ConfigureAwait(false);
                }
            }

            return reached;
        }
    }

    private static async Task<bool> IngestAsync(Neo4jServer server)
    {
        var store = CreateStore(server.Options, out var spool);
        await using (store.ConfigureAwait(false))
        {
            using var client = CreateClient(server.Options);
            var random = new Random(1);
            var (ours, bare) = (TimeSpan.Zero, TimeSpan.Zero);
            for (var round = -4; round < Rounds; round++)
            {
                var outcomes = Enumerable.Range(0, BatchesPerRound).Select(_ => MakeBatch(random)).ToArray();
                var bodies = Enumerable.Range(0, BatchesPerRound)
                    .Select(_ => QueryApiTransport.Serialize(OutcomeCypher.Append(MakeBatch(random), "bench"))).ToArray();

                // The two take turns, so that whatever else the machine does meets both alike.
                var (one, two) = (TimeSpan.Zero, TimeSpan.Zero);
                for (var i = 0; i < BatchesPerRound; i++)
                {
                    one += await TimeAsync(() => store.AppendAsync(outcomes[i]).AsTask()).ConfigureAwait(false);
                    two += await TimeAsync(() => PostAsync(client, server.Options, bodies[i])).ConfigureAwait(false);
                }

                // The first ten thousand rows after a start are slow.
                (ours, bare) = round < 0 ? (ours, bare) : (ours + one, bare + two);
            }

            const int Count = Rounds * BatchesPerRound * Batch;
            var expected = 2L * (Rounds + 4) * BatchesPerRound * Batch;
            var stored = await CountAsync(server.Options, "MATCH (m:ModelMetrics) RETURN count(DISTINCT m.id)").ConfigureAwait(false);
            var ratio = bare / ours;
            return Report(
                Names[0],
                $"{Count / ours.TotalSeconds:N0}/s",
                $"{Count / bare.TotalSeconds:N0}/s",
                ratio,
                $"0.90 or more; {expected:N0} stored",
                ratio >= 0.9 && stored == expected && !Directory.Exists(spool));
        }
    }

    private static async Task<bool> CrashAsync(Neo4jServer server)
    {
        await EmptyAsync(server.Options).ConfigureAwait(false);
        var options = server.Options;
        options.Timeout = TimeSpan.FromSeconds(30);
        var store = CreateStore(options, out var spool);
        var tracker = new PerformanceTracker(new());
        long recorded = 0;
        await using (store.ConfigureAwait(false))
        {
            await using var recording = new RecordingPerformanceTracker(
                tracker, store, new() { FlushInterval = TimeSpan.FromMilliseconds(100) }, static () => new(), TimeProvider.System, NullLogger<RecordingPerformanceTracker>.Instance);
            using var stop = new CancellationTokenSource();
            var load = Task.Run(async () =>
            {
                var random = new Random(2);
                while (!stop.IsCancellationRequested)
                {
                    for (var i = 0; i < 10; i++, recorded++)
                    {
                        recording.Record(Make(random, DateTimeOffset.UtcNow));
                    }

                    await Task.Delay(10).ConfigureAwait(false);
                }
            });
            for (var kill = 0; kill < 2; kill++)
            {
                await Task.Delay(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
                await server.KillAsync().ConfigureAwait(false);
                await Task.Delay(TimeSpan.FromSeconds(20)).ConfigureAwait(false);
                if (!await server.StartAsync().ConfigureAwait(false))
                {
                    throw new InvalidOperationException("The server did not start again.");
                }
            }

            await stop.CancelAsync().ConfigureAwait(false);
            await load.ConfigureAwait(false);
            await recording.FlushAsync().ConfigureAwait(false);
            for (var waited = 0; waited < 180 && (store.IsAway || Directory.GetFiles(spool, "spool-*").Length > 0); waited++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            }
        }

        var stored = await CountAsync(options, "MATCH (m:ModelMetrics) RETURN count(m)").ConfigureAwait(false);
        var distinct = await CountAsync(options, "MATCH (m:ModelMetrics) RETURN count(DISTINCT m.id)").ConfigureAwait(false);
        var learned = tracker.GetAll().Sum(static performance => performance.Total);
        return Report(
            Names[1], $"{stored:N0} stored", $"{learned:N0} learned", double.NaN, "all, none twice, 2 kills", stored == recorded && distinct == recorded && learned == recorded);
    }

    private static async Task<bool> ReportsAsync(Neo4jServer server)
    {
        await EmptyAsync(server.Options).ConfigureAwait(false);
        var store = CreateStore(server.Options, out _);
        await using (store.ConfigureAwait(false))
        {
            await store.AppendAsync(MakeBatch(new Random(3))).ConfigureAwait(false);
            var fill = await TimeAsync(() => FillAsync(server.Options)).ConfigureAwait(false);
            var rollUp = await TimeAsync(() => store.AggregateAsync(MetricsQuery.All, null).AsTask()).ConfigureAwait(false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  filled in {fill.TotalSeconds:0.0} s, rolled up once in {rollUp.TotalSeconds:0.0} s"));

            var reports = new PerformanceReports(store, static _ => Task.CompletedTask, static _ => null, TimeProvider.System);
            var now = DateTimeOffset.UtcNow;
            var month = new MetricsQuery { From = now.AddDays(-30) };
            var reached = true;
            foreach (var (name, report) in new (string, Func<Task>)[]
            {
                ("summary of the year", () => reports.SummarizeAsync(MetricsQuery.All).AsTask()),
                ("summary of the month", () => reports.SummarizeAsync(month).AsTask()),
                ("recommendations", () => reports.RecommendAsync(month).AsTask()),
                ("recommendations of the year", () => reports.RecommendAsync(MetricsQuery.All).AsTask()),
                ("versions compared", () => reports.CompareVersionsAsync(MetricsQuery.All).AsTask()),
                ("days of the month", () => reports.GetSeriesAsync(month, TimeSpan.FromDays(1)).AsTask()),
                ("weeks of the year", () => reports.GetSeriesAsync(MetricsQuery.All, TimeSpan.FromDays(7)).AsTask()),
                ("hours of two days", () => reports.GetSeriesAsync(new() { From = now.AddDays(-2) }, TimeSpan.FromHours(1)).AsTask()),
            })
            {
                var first = await TimeAsync(report).ConfigureAwait(false);
                var best = first;
                for (var i = 0; i < 3; i++)
                {
                    var again = await TimeAsync(report).ConfigureAwait(false);
                    best = again < best ? again : best;
                }

                reached &= Report("neo4j: " + name, Seconds(best), $"first {Seconds(first)}", double.NaN, "1 s", best <= TimeSpan.FromSeconds(1));
            }

            return reached;
        }
    }

    private static Task<CypherResult> FillAsync(Neo4jMetricsOptions options) => QueryAsync(
        options,
        $$"""
        UNWIND range(1, {{Million}}) AS i
        CALL (i) {
          MATCH (model:Model {name: 'model-' + (i % 8)})
          MATCH (provider:Provider {name: 'local'})
          CREATE (m:ModelMetrics {
            id: randomUUID(), host: 'bench', request_id: 'r' + i, model_name: model.name, provider: provider.name, model_version: 'v' + (i * 2 / {{Million}}),
            task_type: 'task-' + (i / 8 % 5), complexity: ['Simple', 'Medium', 'Complex'][i / 40 % 3], attempt: 1, timestamp: datetime() - duration({seconds: i * 31}),
            status: CASE WHEN i % 17 = 0 THEN 'Failed' ELSE 'Succeeded' END, success: i % 17 <> 0, duration: 50.0 + rand() * 2000 * (1 + i % 8), token_count: 100,
            input_tokens: 50, tokens_per_second: 10.0 + rand() * 90, time_to_first_token: 20.0 + rand() * 100 })
          CREATE (m)-[:OF_MODEL]->(model)
          CREATE (m)-[:BY_PROVIDER]->(provider)
        } IN TRANSACTIONS OF 5000 ROWS
        """);

    private static async Task EmptyAsync(Neo4jMetricsOptions options)
    {
        await QueryAsync(options, "MATCH (m:ModelMetrics) CALL (m) { DETACH DELETE m } IN TRANSACTIONS OF 5000 ROWS").ConfigureAwait(false);
        await QueryAsync(options, "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").ConfigureAwait(false);
    }

    private static async Task<long> CountAsync(Neo4jMetricsOptions options, string query) => (await QueryAsync(options, query).ConfigureAwait(false)).Count;

    private static async Task<CypherResult> QueryAsync(Neo4jMetricsOptions options, string query)
    {
        var transport = new QueryApiTransport(new OneClient(), options);
        await using (transport.ConfigureAwait(false))
        {
            return await transport.RunAsync(new(query), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static Neo4jMetricsStore CreateStore(Neo4jMetricsOptions options, out string spool)
    {
        spool = Path.Combine(Path.GetTempPath(), "hybridllm-bench-spool-" + Path.GetRandomFileName());
        return new(new QueryApiTransport(new OneClient(), options), options, spool, TimeProvider.System, NullLogger.Instance);
    }

    private static HttpClient CreateClient(Neo4jMetricsOptions options)
    {
        var client = new HttpClient { Timeout = options.Timeout };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}")));
        client.DefaultRequestHeaders.Accept.Add(new("application/json"));
        return client;
    }

    private static async Task PostAsync(HttpClient client, Neo4jMetricsOptions options, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await client.PostAsync(new Uri($"{options.Uri}/db/{options.Database}/query/v2"), content).ConfigureAwait(false);
        var answer = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
        if (!response.IsSuccessStatusCode || answer.Contains("\"errors\"", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(answer);
        }
    }

    private static CallOutcome[] MakeBatch(Random random)
    {
        var start = DateTimeOffset.UtcNow;
        return [.. Enumerable.Range(0, Batch).Select(i => Make(random, start.AddMilliseconds(-i)))];
    }

    private static CallOutcome Make(Random random, DateTimeOffset time) => new()
    {
        Id = Guid.NewGuid(),
        Timestamp = time,
        RequestId = Guid.NewGuid().ToString("N"),
        Provider = "local",
        Model = "model-" + random.Next(8).ToString(CultureInfo.InvariantCulture),
        TaskType = "task-" + random.Next(5).ToString(CultureInfo.InvariantCulture),
        Status = OutcomeStatus.Succeeded,
        DurationMs = random.NextDouble() * 2000,
        TimeToFirstTokenMs = random.NextDouble() * 100,
        InputTokens = random.Next(1, 4000),
        OutputTokens = random.Next(1, 500),
        TokensPerSecond = random.NextDouble() * 100,
        Streamed = true,
        Confidence = random.NextDouble(),
    };

    private static async Task<TimeSpan> TimeAsync(Func<Task> action)
    {
        var started = Stopwatch.GetTimestamp();
        await action().ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(started);
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    private static bool Report(string name, string ours, string reference, double ratio, string goal, bool ok)
    {
        var shown = double.IsNaN(ratio) ? "-" : ratio.ToString("0.00", CultureInfo.InvariantCulture);
        Console.WriteLine(Goal.Line(name, ours, reference, shown, goal, ok ? "ok" : "MISSED"));
        return ok;
    }

    private sealed class OneClient : IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(QueryApiTransport.CreateHandler());
    }
}
