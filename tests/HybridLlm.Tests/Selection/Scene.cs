using HybridLlm.Classification;
using HybridLlm.Selection;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Selection;

/// <summary>Sets up one selection: models, policy, measurements, availability. What a test does not say is ordinary.</summary>
internal sealed class Scene : IRouteAvailability
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 14, 30, 0, TimeSpan.Zero);

    private readonly Dictionary<string, RouteAvailability> _down = [];
    private readonly ModelSelector _selector;

    public Scene(params ModelProfile[] models)
    {
        Catalog = new(models);
        _selector = new(new FixedTime());
    }

    public TestCatalog Catalog { get; set; }

    public RoutingOptions Routing { get; } = new();

    public IPerformanceTracker Tracker { get; init; } = new TestTracker();

    public static ModelProfile Model(string name, double quality = 0.5, double speed = 0.5) => new()
    {
        Name = name,
        Provider = "local",
        ModelId = name,
        Quality = quality,
        Speed = speed,
        Features = LlmFeatures.Streaming | LlmFeatures.Tools,
    };

    public static Dictionary<string, TaskPreset> At(string taskType, bool? suitable = null, double? quality = null, double? speed = null) =>
        new() { [taskType] = new() { Suitable = suitable, Quality = quality, Speed = speed } };

    /// <summary>Records calls: so many successes of a duration, then so many failures.</summary>
    public Scene Measure(
        string model, string taskType, int successes, int failures = 0, double ms = 1000, double? tokensPerSecond = null, ComplexityLevel complexity = ComplexityLevel.Medium, double? rating = null, int? outputTokens = null, double? firstTokenMs = null)
    {
        for (var i = 0; i < successes + failures; i++)
        {
            Tracker.Record(new()
            {
                Id = Guid.NewGuid(),
                Timestamp = Now,
                RequestId = "r",
                Provider = "local",
                Model = model,
                TaskType = taskType,
                Complexity = complexity,
                Status = i < successes ? OutcomeStatus.Succeeded : OutcomeStatus.Failed,
                DurationMs = ms,
                TokensPerSecond = tokensPerSecond,
                OutputTokens = outputTokens,
                TimeToFirstTokenMs = firstTokenMs,
                Rating = rating,
            });
        }

        return this;
    }

    public Scene Down(string model, RouteState state, TimeSpan? retryAfter = null, string? detail = null)
    {
        _down[model] = new(state, Now + retryAfter, detail);
        return this;
    }

    public Scene Rule(string when, string target, RuleEffect effect = RuleEffect.Prefer, double confidence = 0.9, int priority = 0, string? description = null)
    {
        Routing.Rules.Add(new() { When = when, Target = target, Effect = effect, Confidence = confidence, Priority = priority, Description = description });
        return this;
    }

    public Scene Task(string taskType, string? @default = null, ScoreWeights? weights = null, params string[] models)
    {
        var options = new TaskRoutingOptions { Default = @default, Weights = weights };
        foreach (var model in models)
        {
            options.Models.Add(model);
        }

        Routing.Tasks[taskType] = options;
        return this;
    }

    public long Ordinal { get; set; }

    public ConversationState? Conversation { get; set; }

    public Scene Waits(string model, TimeSpan load, double turns = 0, string detail = "has to be loaded")
    {
        _down[model] = new(RouteState.Ready, null, detail)
        {
            Load = load,
            Turns = turns,
        };
        return this;
    }

    public RouteAvailability GetAvailability(ModelProfile model) => _down.GetValueOrDefault(model.Name, new(RouteState.Ready));

    public Task<RoutePlan> PlanAsync(string taskType = TaskTypes.General) => PlanAsync(new LlmRequest("hello", taskType));

    public async Task<RoutePlan> PlanAsync(LlmRequest request)
    {
        var cancellationToken = TestContext.Current.CancellationToken;

        // What is measured here is measured at medium complexity, whatever the words of a prompt would say.
        var profile = await new DefaultTaskClassifier().ClassifyAsync(request with { Complexity = request.Complexity ?? ComplexityLevel.Medium }, cancellationToken);
        return await PlanAsync(request, profile);
    }

    public async Task<RoutePlan> PlanAsync(LlmRequest request, TaskProfile profile) => await _selector.SelectAsync(
        new()
        {
            Request = request,
            Profile = profile,
            Catalog = Catalog,
            Performance = Tracker,
            Availability = this,
            Routing = Routing,
            Ordinal = Ordinal,
            Conversation = Conversation,
        },
        TestContext.Current.CancellationToken);

    public static ChatOptions WithTool(string name = "search") => new() { Tools = [AIFunctionFactory.CreateDeclaration(name, "finds pages", EmptySchema)] };

    public static System.Text.Json.JsonElement EmptySchema { get; } = System.Text.Json.JsonDocument.Parse("{}").RootElement;

    private sealed class FixedTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
