using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using HybridLlm.Metrics;
using HybridLlm.Selection;

namespace HybridLlm.Benchmarks;

/// <summary>What it costs to choose among 2, 10 and 200 models.</summary>
[MemoryDiagnoser]
public class SelectionBenchmarks
{
    private readonly ModelSelector[] _selectors = [.. Enumerable.Range(0, 6).Select(_ => new ModelSelector(TimeProvider.System))];
    private static readonly LlmRequest Request = new("Summarize the minutes of the meeting for those who were not there.", TaskTypes.Summarization);
    private readonly SelectionContext[] _contexts;

    public SelectionBenchmarks()
    {
        var rules = new RoutingOptions();
        rules.Rules.Add(new() { When = "taskType == 'summarization' && contextTokens < 4000", Target = "provider-1", Confidence = 0.3 });
        rules.Rules.Add(new() { When = "metadata.tenant == 'acme'", Target = "provider-2", Effect = RuleEffect.Require });
        _contexts = [Context(2, new()), Context(10, new()), Context(200, new()), Context(10, rules), Context(10, new(), isMeasured: false), Context(10, new() { Exploration = 1 }, ordinal: 1)];
    }

    [Benchmark, Goal("choose among 2 models", MaxNanoseconds = 1_000, MaxBytes = 600)]
    public ValueTask<RoutePlan> SelectAmong2() => _selectors[0].SelectAsync(_contexts[0]);

    [Benchmark, Goal("choose among 10 models", MaxNanoseconds = 5_000, MaxBytes = 640)]
    public ValueTask<RoutePlan> SelectAmong10() => _selectors[1].SelectAsync(_contexts[1]);

    /// <summary>A choice that may explore: what the success of each model might be is drawn.</summary>
    /// <returns>The plan.</returns>
    [Benchmark, Goal("learned choice among 10 models, exploring", MaxNanoseconds = 5_000, MaxBytes = 1024)]
    public ValueTask<RoutePlan> ExploreAmong10() => _selectors[5].SelectAsync(_contexts[5]);

    [Benchmark, Goal("choose among 200 models", MaxNanoseconds = 20_000)]
    public ValueTask<RoutePlan> SelectAmong200() => _selectors[2].SelectAsync(_contexts[2]);

    [Benchmark]
    public ValueTask<RoutePlan> SelectAmong10WithRules() => _selectors[3].SelectAsync(_contexts[3]);

    [Benchmark]
    public ValueTask<RoutePlan> SelectAmong10Unmeasured() => _selectors[4].SelectAsync(_contexts[4]);

    private static SelectionContext Context(int models, RoutingOptions routing, bool isMeasured = true, long ordinal = 0)
    {
        var random = new Random(1);
        var catalog = new Catalog([.. Enumerable.Range(0, models).Select(i => new ModelProfile
        {
            Name = $"model-{i}",
            Provider = $"provider-{i % 4}",
            ModelId = $"model-{i}",
            Features = LlmFeatures.Streaming | LlmFeatures.Tools,
            ContextLength = 8192,
            Quality = random.NextDouble(),
            Speed = random.NextDouble(),
        })]);
        var tracker = new PerformanceTracker(new());
        foreach (var model in isMeasured ? catalog.Models : [])
        {
            Measure(tracker, model, random);
        }

        return new()
        {
            Request = Request,
            Profile = new() { TaskType = TaskTypes.Summarization, EstimatedInputTokens = 20 },
            Catalog = catalog,
            Performance = tracker,
            Availability = new Ready(),
            Routing = routing,
            Ordinal = ordinal,
        };
    }

    private static void Measure(PerformanceTracker tracker, ModelProfile model, Random random)
    {
        for (var calls = random.Next(6, 40); calls > 0; calls--)
        {
            tracker.Record(new()
            {
                Id = Guid.NewGuid(),
                Timestamp = DateTimeOffset.UnixEpoch,
                RequestId = "r",
                Provider = model.Provider,
                Model = model.Name,
                TaskType = TaskTypes.Summarization,
                Status = random.NextDouble() < 0.8 ? OutcomeStatus.Succeeded : OutcomeStatus.Failed,
                DurationMs = random.Next(100, 5000),
                TokensPerSecond = random.Next(5, 100),
            });
        }
    }

    private sealed class Catalog(ModelProfile[] models) : IModelCatalog
    {
        private readonly Dictionary<string, ModelProfile> _byName = models.ToDictionary(model => model.Name, StringComparer.OrdinalIgnoreCase);

        public IReadOnlyList<ModelProfile> Models => models;

        public bool TryFind(string name, [MaybeNullWhen(false)] out ModelProfile model) => _byName.TryGetValue(name, out model);
    }

    private sealed class Ready : IRouteAvailability
    {
        public RouteAvailability GetAvailability(ModelProfile model) => new(RouteState.Ready);
    }
}
