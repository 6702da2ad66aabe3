using BenchmarkDotNet.Attributes;
using HybridLlm.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Benchmarks;

/// <summary>What learning costs a request, and what asking costs a selection, which asks about every model.</summary>
[MemoryDiagnoser]
public class MetricsBenchmarks
{
    private const int Models = 200;

    private readonly string[] _models = [.. Enumerable.Range(0, Models).Select(i => $"family-{i % 17}-model-{i}:7b-instruct-q4")];
    private CallOutcome[] _outcomes = [];
    private PerformanceTracker _memory = null!;
    private RecordingPerformanceTracker _recording = null!;
    private int _next;

    /// <summary>Fills the trackers with two task types of every model.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        _outcomes = [.. _models.Select(model => Outcome(model, random))];
        _memory = new PerformanceTracker(new MetricsOptions());
        _recording = CreateRecording(new RoutingOptions());
        for (var i = 0; i < 50 * Models; i++)
        {
            _memory.Record(_outcomes[i % Models] with { DurationMs = random.Next(1, 20_000), TaskType = i % 2 == 0 ? TaskTypes.RagQuery : TaskTypes.Translation });
        }
    }

    /// <summary>Stops the background work.</summary>
    [GlobalCleanup]
    public void CleanUp() => _recording.Dispose();

    /// <summary>Learns from an outcome and hands it to the background writer, which is at work meanwhile.</summary>
    [Benchmark]
    [Goal("record an outcome", MaxNanoseconds = 200)]
    public void Record() => _recording.Record(_outcomes[Next()]);

    /// <summary>Learns from an outcome, without handing it on.</summary>
    [Benchmark]
    [Goal("learn from an outcome", MaxNanoseconds = 200, MaxBytes = 0)]
    public void Learn() => _memory.Record(_outcomes[Next()]);

    /// <summary>Reads what is known of a model at a task type.</summary>
    /// <returns>The sum, so that nothing is optimized away.</returns>
    [Benchmark(OperationsPerInvoke = Models)]
    [Goal("read a model's performance", MaxNanoseconds = 50, MaxBytes = 0)]
    public double GetPerformance()
    {
        double sum = 0;
        foreach (var model in _models)
        {
            sum += _memory.GetPerformance(model, TaskTypes.RagQuery).SuccessRate;
        }

        return sum;
    }

    /// <summary>Reads what is known of a model at a task type and complexity.</summary>
    /// <returns>The sum, so that nothing is optimized away.</returns>
    [Benchmark(OperationsPerInvoke = Models)]
    [Goal("read a model's performance at a complexity", MaxNanoseconds = 50, MaxBytes = 0)]
    public double GetPerformanceAtComplexity()
    {
        double sum = 0;
        foreach (var model in _models)
        {
            sum += _memory.GetPerformance(model, TaskTypes.RagQuery, ComplexityLevel.Medium).SuccessRate;
        }

        return sum;
    }

    private static RecordingPerformanceTracker CreateRecording(RoutingOptions routing) => new(
        new PerformanceTracker(new MetricsOptions()),
        new IdleStore(),
        new MetricsOptions(),
        () => routing,
        TimeProvider.System,
        NullLogger<RecordingPerformanceTracker>.Instance);

    private static CallOutcome Outcome(string model, Random random) => new()
    {
        Id = Guid.NewGuid(),
        Timestamp = DateTimeOffset.UnixEpoch,
        RequestId = "request",
        Provider = "provider",
        Model = model,
        TaskType = TaskTypes.RagQuery,
        Status = random.Next(10) == 0 ? OutcomeStatus.Failed : OutcomeStatus.Succeeded,
        DurationMs = random.Next(1, 20_000),
        TimeToFirstTokenMs = random.Next(1, 500),
        TokensPerSecond = random.Next(1, 100),
    };

    private int Next()
    {
        _next = _next + 1 < Models ? _next + 1 : 0;
        return _next;
    }

    /// <summary>Takes everything at once: what a store costs is not what is measured here.</summary>
    private sealed class IdleStore : IMetricsStore
    {
        public ValueTask AppendAsync(IReadOnlyList<CallOutcome> batch, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public IAsyncEnumerable<CallOutcome> ReadAsync(MetricsQuery query, CancellationToken cancellationToken = default) =>
            AsyncEnumerable.Empty<CallOutcome>();

        public ValueTask PruneAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
