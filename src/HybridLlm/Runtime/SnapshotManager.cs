using System.Collections.Frozen;
using HybridLlm.Catalog;
using HybridLlm.Configuration;
using HybridLlm.Execution;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Runtime;

/// <summary>Holds the snapshot that requests begin with, and makes a new one when the options or the reported models change.</summary>
internal sealed class SnapshotManager : IAsyncDisposable
{
    private static readonly TimeSpan LoadingInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long what was learned earlier is waited for at the start. If it comes later, requests until then know nothing of it.</summary>
    private static readonly TimeSpan MemoryPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly OptionsWatcher _options;
    private readonly ProviderRegistry _providers;
    private readonly ProviderMonitor _monitor;
    private readonly RoutePipelines _pipelines;
    private readonly RouteProber _prober;
    private readonly IdleWatch _idle;
    private readonly LoadWatch _loads;
    private readonly Func<CancellationToken, Task> _loadMemory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstLook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _lookNow = new(0, 1);
    private Dictionary<(ProviderRuntime Provider, string ModelId), RouteRuntime> _routes = [];
    private volatile RoutingSnapshot _current = RoutingSnapshot.Empty;
    private Task? _watching;
    private volatile Task? _begun;

    public SnapshotManager(
        OptionsWatcher options,
        ProviderRegistry providers,
        ProviderMonitor monitor,
        RoutePipelines pipelines,
        RouteProber prober,
        Func<CancellationToken, Task> loadMemory,
        TimeProvider time,
        ILogger logger)
    {
        _loadMemory = loadMemory;
        _providers = providers;
        _monitor = monitor;
        _pipelines = pipelines;
        _prober = prober;
        _idle = new(prober, monitor);
        _loads = new(time);
        _time = time;
        _logger = logger;
        _options = options;
        Apply(options.Current);
        options.Changed += Apply;
    }

    public RoutingSnapshot Current => _current;

    /// <summary>Gets the providers in use, also those of which no model is known.</summary>
    public List<ProviderRuntime> Providers()
    {
        lock (_lock)
        {
            return [.. _providers.Runtimes.Values];
        }
    }

    /// <summary>Begins, once, to look after the providers and to load what was learned earlier. Without a host the first request does it.</summary>
    /// <returns>A task that completes when that is loaded, or has taken too long.</returns>
    public Task Start()
    {
        lock (_lock)
        {
            if (_begun is null)
            {
                _watching = _stop.IsCancellationRequested ? Task.CompletedTask : Task.WhenAll(Task.Run(WatchAsync), Task.Run(() => _loads.RunAsync(Providers, _stop.Token)));
                _begun = LoadMemoryAsync();
            }

            return _begun;
        }
    }

    /// <summary>Gets the snapshot to begin a request with. While no model is known yet, it waits for the providers' first answer.</summary>
    public ValueTask<RoutingSnapshot> GetAsync(CancellationToken cancellationToken)
    {
        var begun = _begun ?? Start();
        var current = _current;
        return begun.IsCompleted && (current.Catalog.Models.Count > 0 || _firstLook.Task.IsCompleted) ? new(current) : WaitAsync(begun, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Task? watching;
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            _stop.Cancel();
            watching = _watching;
        }

        _options.Changed -= Apply;
        if (watching is not null)
        {
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _firstLook.TrySetResult();
        await Task.WhenAll(_providers.Runtimes.Values.Select(p => p.ShutDownAsync().AsTask())).ConfigureAwait(false);
        _lookNow.Dispose();
        _stop.Dispose();
    }

    private async ValueTask<RoutingSnapshot> WaitAsync(Task begun, CancellationToken cancellationToken)
    {
        await begun.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_current.Catalog.Models.Count == 0)
        {
            await _firstLook.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return _current;
    }

    private async Task LoadMemoryAsync()
    {
        try
        {
            await _loadMemory(_stop.Token).WaitAsync(MemoryPatience, _time, _stop.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            RuntimeLog.MemoryIsLate(_logger, MemoryPatience);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The application ends.
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                var providers = Providers();
                var (listed, hasChanged) = await _monitor.RefreshAsync(providers, _stop.Token).ConfigureAwait(false);
                if (hasChanged)
                {
                    Rebuild();
                }
                else
                {
                    SeeStates(listed);
                }

                _idle.Look(_current);
                var loading = providers.Exists(p => p.Health.Status is ProviderHealthStatus.Loading);
                if (!loading || _current.Catalog.Models.Count > 0)
                {
                    _firstLook.TrySetResult();
                }

                var interval = loading ? LoadingInterval : _current.Options.Catalog.RefreshInterval;
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var elapsed = Task.Delay(interval, _time, pause.Token);
                await Task.WhenAny(elapsed, _lookNow.WaitAsync(pause.Token)).ConfigureAwait(false);
                await pause.CancelAsync().ConfigureAwait(false);
                _stop.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The application ends.
        }
    }

    /// <summary>Takes over which models are in memory: one that a call found there may have been unloaded since, without a change of the list.</summary>
    private void SeeStates(IReadOnlyList<ProviderRuntime> listed)
    {
        lock (_lock)
        {
            foreach (var ((provider, modelId), route) in _routes)
            {
                if (listed.Contains(provider) && _monitor.StateOf(provider, modelId) is var state && state != ModelState.Unknown)
                {
                    route.State = state;
                }
            }
        }
    }

    /// <summary>Puts valid options into effect. If it throws, nothing has changed.</summary>
    private void Apply(HybridLlmOptions options)
    {
        IReadOnlyList<ProviderRuntime> gone;
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            gone = _providers.Apply(options);
            _pipelines.Apply(options.Resilience);
            _prober.Cooldown = options.Resilience.Cooldown;
            _current = Build(options);
        }

        foreach (var provider in gone)
        {
            _monitor.Forget(provider);
            provider.Retire();
        }

        RuntimeLog.SnapshotReplaced(_logger, _current.Catalog.Models.Count, _providers.Runtimes.Count);
        LookNow();
    }

    private void LookNow()
    {
        try
        {
            _lookNow.Release();
        }
        catch (SemaphoreFullException)
        {
            // A look is due already.
        }
    }

    private void Rebuild()
    {
        lock (_lock)
        {
            _current = Build(_current.Options);
            foreach (var provider in _providers.Runtimes.Values)
            {
                provider.Apply(provider.Timeouts);
            }
        }
    }

    private RoutingSnapshot Build(HybridLlmOptions options)
    {
        var runtimes = _providers.Runtimes;
        var catalog = CatalogBuilder.Build(
            options,
            runtimes.ToDictionary(p => p.Key, p => p.Value.Provider.Capabilities, StringComparer.OrdinalIgnoreCase),
            runtimes.ToDictionary(p => p.Key, p => _monitor.ModelsOf(p.Value), StringComparer.OrdinalIgnoreCase));
        var routes = new Dictionary<(ProviderRuntime, string), RouteRuntime>();
        var byName = new Dictionary<string, RouteRuntime>(StringComparer.Ordinal);
        foreach (var model in catalog.Models)
        {
            var provider = runtimes[model.Provider];
            var key = (provider, model.ModelId);
            var route = routes.GetValueOrDefault(key) ?? _routes.GetValueOrDefault(key)
                ?? new RouteRuntime(provider, model.ModelId, _pipelines.ForRoute($"{provider.Name}/{model.ModelId}"), _time);
            route.Apply(model, _monitor.StateOf(provider, model.ModelId));
            routes[key] = route;
            byName.Add(model.Name, route);
        }

        _routes = routes;
        var defaults = options.Routing.Defaults;
        return new(
            options,
            catalog,
            new RouteTable(byName.ToFrozenDictionary(StringComparer.Ordinal)),
            new ExecutionSettings(
                options.Resilience, options.Timeouts.Total, options.Routing.MaxRoutes, new(defaults.Temperature, defaults.TopP, defaults.MaxTokens), new(options.Routing)));
    }
}
