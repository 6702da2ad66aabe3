using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Execution;

/// <summary>
/// Finds out in the background whether a resting route works again, and whether one that was overtaken, or that nobody has used for a while, still works, so that
/// no caller has to: first the cheap health check, then a real request of one token, because a server whose listing is green may still be unable to answer.
/// </summary>
internal sealed class RouteProber(TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ShortestPatience = TimeSpan.FromSeconds(5);

    /// <summary>How many times its usual wait a model is given for a single token.</summary>
    private const int PatienceFactor = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<RouteRuntime, Task> _probes = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Gets or sets how long failing routes rest.</summary>
    public CooldownOptions Cooldown { get; set; } = new();

    /// <summary>Probes a route when its rest ends, and again until it works. One that is being probed already goes on as it is.</summary>
    public void Schedule(RouteRuntime route) => Begin(route, () => RunAsync(route));

    /// <summary>Asks a route that was much slower than usual for a token, and lets it rest when that does not come.</summary>
    /// <param name="route">The route.</param>
    /// <param name="pace">What the route was slower than.</param>
    public void Check(RouteRuntime route, RoutePace pace) => Begin(route, async () =>
    {
        await ProbeAsync(route, PatienceFor(route, pace)).ConfigureAwait(false);
        await RunAsync(route).ConfigureAwait(false);
    });

    /// <summary>Asks a route that nobody has used for a while for a token, if its model is in memory and nobody is disturbed; lets it rest when the token does not come.</summary>
    /// <param name="route">The route.</param>
    /// <param name="listed">Where its model is, as the backend's list last had it.</param>
    public void CheckIdle(RouteRuntime route, ModelState listed) => Begin(route, async () =>
    {
        if (await MayBeAskedAsync(route, listed).ConfigureAwait(false))
        {
            route.Idleness.SeeProbe();
            await ProbeAsync(route, PatienceFor(route, route.PaceOf(streams: true)), isSuspect: false).ConfigureAwait(false);
        }
        else
        {
            route.Idleness.Postpone();
        }

        await RunAsync(route).ConfigureAwait(false);
    });

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            _stop.Cancel();
            running = [.. _probes.Values];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Begin(RouteRuntime route, Func<Task> probe)
    {
        lock (_lock)
        {
            if (!_stop.IsCancellationRequested && !_probes.ContainsKey(route))
            {
                _probes.Add(route, Task.Run(probe));
            }
        }
    }

    private async Task RunAsync(RouteRuntime route)
    {
        try
        {
            while (!IsDone(route))
            {
                if (route.Rest is { } rest && rest.Until - time.GetUtcNow() is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait, time, _stop.Token).ConfigureAwait(false);
                }
                else if (!await ProbeAsync(route, route.Provider.Timeouts.FirstToken).ConfigureAwait(false))
                {
                    await Task.Delay(BusyPause, time, _stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The application ends.
        }
    }

    /// <summary>Takes a route off the list when nothing is left to find out. In one step, so that a failure that comes just then is not overlooked.</summary>
    private bool IsDone(RouteRuntime route)
    {
        lock (_lock)
        {
            return (route.Rest is not { NeedsProbe: true } || route.Provider.IsRetired) && _probes.Remove(route);
        }
    }

    // A token takes as long as the first content of a short prompt; of a model that has not answered yet nobody knows how long that is.
    private static TimeSpan PatienceFor(RouteRuntime route, RoutePace pace)
    {
        var budget = route.Provider.Timeouts.FirstToken;
        var patience = pace.Samples == 0 ? budget : pace.UsualFirstContent(inputTokens: 1) * PatienceFactor;
        return TimeSpan.FromTicks(Math.Min(budget.Ticks, Math.Max(patience.Ticks, ShortestPatience.Ticks)));
    }

    private async Task<bool> MayBeAskedAsync(RouteRuntime route, ModelState listed)
    {
        var provider = route.Provider;
        if (provider.IsBusy || provider.IsRetired || provider.Health.Status != ProviderHealthStatus.Healthy || route.Rest is not null
            || listed is ModelState.NotLoaded or ModelState.Loading)
        {
            return false;
        }

        using var timeout = new CancellationTokenSource(HealthTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
        try
        {
            // The list may be old, and a request to a model that is not in memory would load it.
            var state = provider.Provider is IModelStateSource source ? await source.GetModelStateAsync(route.ModelId, either.Token).ConfigureAwait(false) : ModelState.Unknown;
            if ((state == ModelState.Unknown ? listed : state) != ModelState.Resident)
            {
                return false;
            }

            // A server that works for somebody else is well, or shows that it is not to them.
            return provider.Provider is not IProviderLoadSource loads
                || await loads.GetLoadAsync(either.Token).ConfigureAwait(false) is not { } load || load.Running + load.Waiting == 0;
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            ExecutionLog.ProbeFailed(logger, route.ModelId, provider.Name, exception.Message);
            return false; // Such a server is found by the cheap check.
        }
    }

    /// <summary>Probes a route. One that is suspect goes on resting whatever the failure; an idle one rests only after what a caller would meet too.</summary>
    /// <returns>Whether the route was probed; <see langword="false"/> when it is in use after all, and what comes of that decides.</returns>
    private async Task<bool> ProbeAsync(RouteRuntime route, TimeSpan patience, bool isSuspect = true)
    {
        if (!route.TryEnter(out var lease))
        {
            return false;
        }

        try
        {
            await CheckHealthAsync(route).ConfigureAwait(false);
            await AskAsync(route, patience).ConfigureAwait(false);
            if (route.EndRest())
            {
                ExecutionLog.ProbeSucceeded(logger, route.ModelId, route.Provider.Name);
            }
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            var failure = exception as ProviderException
                ?? new ProviderException(ProviderErrorKind.Timeout, $"The probe failed: {exception.Message}", exception);
            ExecutionLog.ProbeFailed(logger, route.ModelId, route.Provider.Name, failure.Message);
            if (isSuspect || ErrorPolicy.Of(failure.Kind).CountsAgainstRoute)
            {
                route.BeginRest(failure, Cooldown);
            }
        }
        finally
        {
            lease.Release();
        }

        return true;
    }

    private async Task CheckHealthAsync(RouteRuntime route)
    {
        using var timeout = new CancellationTokenSource(HealthTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
        var health = await route.Provider.Provider.CheckHealthAsync(either.Token).ConfigureAwait(false);
        route.Provider.Health = health;
        if (health.Status is ProviderHealthStatus.Unhealthy or ProviderHealthStatus.Loading)
        {
            throw new ProviderException(ProviderErrorKind.Unavailable, health.Description ?? $"Provider '{route.Provider.Name}' is {health.Status}.");
        }
    }

    private async Task AskAsync(RouteRuntime route, TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
        var options = new ChatOptions { ModelId = route.ModelId, MaxOutputTokens = 1 };
        await foreach (var update in route.Client
            .GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "ping")], options, either.Token).ConfigureAwait(false))
        {
            // The one token may be invisible; that it was generated shows in that the answer ends for a reason.
            if (update.FinishReason is not null || update.Contents.Any(c => c is TextContent { Text.Length: > 0 } or TextReasoningContent { Text.Length: > 0 }))
            {
                return;
            }
        }

        throw new ProviderException(ProviderErrorKind.InvalidResponse, $"Provider '{route.Provider.Name}' gave an empty answer to a probe.");
    }
}
