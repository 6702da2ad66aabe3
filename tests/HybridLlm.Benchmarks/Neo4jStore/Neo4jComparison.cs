using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using HybridLlm.Benchmarks.Goals;
using HybridLlm.Metrics;
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
    private const string Ingest = "neo4j: outcomes per second";
    private const string Crash = "neo4j: killed under load";

    private static readonly (string Name, Func<Neo4jServer, Task<bool>> Measure)[] Goals =
    [
        (Ingest, static server => IngestAsync(server, Ingest, server.Options)),
        (Crash, static server => CrashAsync(server, Crash, server.Options)),
        (Neo4jReports.Name, Neo4jReports.RunAsync),
#if NEO4J_DRIVER
        (Ingest + " over Bolt", static server => IngestAsync(server, Ingest + " over Bolt", server.BoltOptions)),
        (Crash + " over Bolt", static server => CrashAsync(server, Crash + " over Bolt", server.BoltOptions)),
#endif
    ];

    /// <summary>Gets the goals' names, to choose by.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Goals.Select(static goal => goal.Name)];

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
            foreach (var (name, measure) in Goals)
            {
                if (name.Contains(wanted, StringComparison.OrdinalIgnoreCase))
                {
                    reached &= await measure(server).ConfigureAwait(false);
                }
            }

            return reached;
        }
    }

    /// <summary>Makes outcomes of the last second.</summary>
    public static CallOutcome[] MakeBatch(Random random)
    {
        var start = DateTimeOffset.UtcNow;
        return [.. Enumerable.Range(0, Batch).Select(i => Make(random, start.AddMilliseconds(-i)))];
    }

    /// <summary>Tells how long something takes.</summary>
    public static async Task<TimeSpan> TimeAsync(Func<Task> action)
    {
        var started = Stopwatch.GetTimestamp();
        await action().ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Prints a goal and whether it was reached.</summary>
    public static bool Report(string name, string ours, string reference, double ratio, string goal, bool ok)
    {
        var shown = double.IsNaN(ratio) ? "-" : ratio.ToString("0.00", CultureInfo.InvariantCulture);
        Console.WriteLine(Goal.Line(name, ours, reference, shown, goal, ok ? "ok" : "MISSED"));
        return ok;
    }

    private static async Task<bool> IngestAsync(Neo4jServer server, string name, Neo4jMetricsOptions options)
    {
        await server.EmptyAsync().ConfigureAwait(false);
        var store = Neo4jServer.CreateStore(options, out var spool);
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
            var stored = await server.CountAsync("MATCH (m:ModelMetrics) RETURN count(DISTINCT m.id)").ConfigureAwait(false);
            var ratio = bare / ours;
            return Report(
                name,
                $"{Count / ours.TotalSeconds:N0}/s",
                $"{Count / bare.TotalSeconds:N0}/s",
                ratio,
                $"0.90 or more; {expected:N0} stored",
                ratio >= 0.9 && stored == expected && !Directory.Exists(spool));
        }
    }

    private static async Task<bool> CrashAsync(Neo4jServer server, string name, Neo4jMetricsOptions options)
    {
        await server.EmptyAsync().ConfigureAwait(false);
        options.Timeout = TimeSpan.FromSeconds(30);
        var store = Neo4jServer.CreateStore(options, out var spool);
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
            try
            {
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
            }
            finally
            {
                // Nothing may be recorded any more when the tracker goes, however this ended.
                await stop.CancelAsync().ConfigureAwait(false);
                await load.ConfigureAwait(false);
            }

            await recording.FlushAsync().ConfigureAwait(false);
            for (var waited = 0; waited < 180 && (store.IsAway || Directory.GetFiles(spool, "spool-*").Length > 0); waited++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            }
        }

        var stored = await server.CountAsync("MATCH (m:ModelMetrics) RETURN count(m)").ConfigureAwait(false);
        var distinct = await server.CountAsync("MATCH (m:ModelMetrics) RETURN count(DISTINCT m.id)").ConfigureAwait(false);
        var learned = tracker.GetAll().Sum(static performance => performance.Total);
        return Report(
            name, $"{stored:N0} stored", $"{learned:N0} learned", double.NaN, "all, none twice, 2 kills", stored == recorded && distinct == recorded && learned == recorded);
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

}
