using System.Diagnostics.Metrics;
using HybridLlm.Confidence;
using HybridLlm.Configuration;
using HybridLlm.Diagnostics;
using HybridLlm.Execution;
using HybridLlm.Experiments;
using HybridLlm.Metrics;
using HybridLlm.Runtime;
using HybridLlm.Selection;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HybridLlm.DependencyInjection;

/// <summary>Puts the parts together and owns them.</summary>
internal sealed class HybridLlmRuntime : IAsyncDisposable, IDisposable
{
    private readonly RouteProber _prober;
    private readonly SnapshotManager _snapshots;
    private readonly Telemetry _telemetry;
    private readonly ShadowMirror _mirror;
    private readonly PromptQueue? _prompts;

    public HybridLlmRuntime(
        OptionsWatcher options,
        IEnumerable<ILlmProviderFactory> factories,
        IServiceProvider services,
        ITaskClassifier classifier,
        IModelSelector selector,
        IPerformanceTracker tracker,
        ShadowMirror mirror,
        TimeProvider time,
        ILoggerFactory loggerFactory)
    {
        _mirror = mirror;
        var execution = loggerFactory.CreateLogger("HybridLlm.Execution");
        var configuration = loggerFactory.CreateLogger("HybridLlm.Configuration");
        var pipelines = new RoutePipelines(options.Current.Resilience, time);
        _prober = new(time, execution);
        _snapshots = new(
            options, new(factories, services, time, loggerFactory), new(time, configuration), pipelines, _prober, LoadMemoryOf(tracker), time, configuration);
        var recent = new RecentResponses(options.Current.Metrics.FeedbackWindow);
        var calibration = new ConfidenceCalibration();
        var judge = new ConfidenceJudge(
            [.. BuiltInEstimators.All, .. services.GetServices<IConfidenceEstimator>()], calibration, loggerFactory.CreateLogger("HybridLlm.Confidence"));
        var experience = new EscalationExperience(calibration, execution);
        if (tracker is RecordingPerformanceTracker recording)
        {
            recording.Replayed = outcome =>
            {
                recent.Recall(outcome);
                experience.Learn(outcome);
            };
        }

        _prompts = tracker is IMeasurementSource source ? new(source, () => options.Current.Routing, time) : null;
        var recorder = new OutcomeRecorder(tracker, recent, experience, _prompts, _prober, time, execution);
        var conversations = new ConversationMemory(options.Current.Routing.Learning.Conversations);
        _telemetry = new(options, services.GetRequiredService<IMeterFactory>(), time, Environment.GetEnvironmentVariable);
        Gauges.AddTo(_telemetry.Meter, _snapshots);
        Client = new HybridLlmClient(
            _snapshots, classifier, selector, tracker, new(pipelines), new(judge, experience, time), recorder, recent, conversations,
            _telemetry, mirror, LoadMemoryOf(tracker));
    }

    public IHybridLlmClient Client { get; }

    /// <summary>Gets the models that are known at present. Waits for nobody.</summary>
    public IModelCatalog Catalog => _snapshots.Current.Catalog;

    /// <summary>Gets the client for a key: the name or alias of a model, else a task type.</summary>
    public IChatClient ClientFor(object? key) => key switch
    {
        string name when _snapshots.Current.Catalog.TryFind(name, out _) => Client.ForModel(name),
        string { Length: > 0 } taskType => Client.ForTask(taskType),
        _ => throw new InvalidOperationException(
            $"There is no IChatClient with the key '{key}'. HybridLlm gives one for the name or alias of a model and for a task type, as a string."),
    };

    /// <summary>Gets the providers in use.</summary>
    public IReadOnlyList<ProviderRuntime> Providers => _snapshots.Providers();

    /// <summary>Gets what requests go by at present, once it is known.</summary>
    public ValueTask<RoutingSnapshot> GetSnapshotAsync(CancellationToken cancellationToken) => _snapshots.GetAsync(cancellationToken);

    /// <summary>Begins to look after the providers, and loads what was learned earlier.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _snapshots.Start().WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _mirror.DisposeAsync().ConfigureAwait(false);
        await _prober.DisposeAsync().ConfigureAwait(false);
        _prompts?.Dispose();
        await _snapshots.DisposeAsync().ConfigureAwait(false);
        _telemetry.Dispose();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static Func<CancellationToken, Task> LoadMemoryOf(IPerformanceTracker tracker) =>
        tracker is RecordingPerformanceTracker recording ? recording.StartAsync : static _ => Task.CompletedTask;
}
