using HybridLlm.Metrics;
using HybridLlm.Tests.Metrics;
using HybridLlm.Tests.Support;

namespace HybridLlm.Tests.Experiments;

/// <summary>Two models whose outcomes are kept in files.</summary>
internal sealed class RecordedRoutes : IAsyncDisposable
{
    private readonly TemporaryFolder? _own;

    public RecordedRoutes(ExperimentOptions? experiment = null, string? folder = null, Action<HybridLlmOptions>? configure = null)
    {
        _own = folder is null ? new() : null;
        Folder = folder ?? _own!.Path;
        Routes = new(options =>
        {
            options.Metrics.Store = "Json";
            options.Metrics.Path = Folder;
            if (experiment is not null)
            {
                options.Routing.Experiments.Add(experiment);
            }

            configure?.Invoke(options);
        });
    }

    public string Folder { get; }

    public TwoRoutes Routes { get; }

    /// <summary>Reads back what is in the files.</summary>
    public async Task<List<CallOutcome>> OutcomesAsync()
    {
        await Routes.Get<RecordingPerformanceTracker>().FlushAsync(TestContext.Current.CancellationToken);
        return await Routes.Get<HybridLlm.DependencyInjection.MetricsStoreSelection>().Store!
            .ReadAsync(MetricsQuery.All, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Routes.DisposeAsync();
        _own?.Dispose();
    }
}
