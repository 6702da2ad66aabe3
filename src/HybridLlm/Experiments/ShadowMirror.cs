using System.Threading.Channels;
using HybridLlm.Text;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Experiments;

/// <summary>Gives a share of answered requests to a candidate too, in the background. Its callers have their answers already and notice nothing.</summary>
/// <remarks>
/// What the candidate is asked takes only a place that is free, and gives it back as soon as a request finds none. Its failures say nothing to routing: no route rests and
/// no circuit opens because of them.
/// </remarks>
internal sealed class ShadowMirror(IModelSelector selector, IPerformanceTracker tracker, TimeProvider time, ILogger<ShadowMirror> logger) : IAsyncDisposable, IDisposable
{
    /// <summary>How long stopping may take: a client that does not listen to its token holds nobody up.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Channel<ShadowJob>? _waiting;
    private Task _workers = Task.CompletedTask;
    private long _mirrored;
    private long _dropped;
    private long _refused;
    private long _yielded;

    /// <summary>Gets what became of the requests so far.</summary>
    public ShadowActivity Activity => new()
    {
        Mirrored = Interlocked.Read(ref _mirrored),
        Dropped = Interlocked.Read(ref _dropped),
        Refused = Interlocked.Read(ref _refused),
        Yielded = Interlocked.Read(ref _yielded),
    };

    /// <summary>Tells whether a request is to be mirrored: drawn by its id, and by nothing that says something about it.</summary>
    public static bool Draws(ShadowTarget target, RoutingTrace trace) =>
        (target.Options.Task is null || target.Options.Task == trace.Plan.Profile.TaskType)
        && KeyHash.Draw("shadow", trace.ResponseId).Second < target.Options.Share;

    /// <summary>Takes a request that was answered. Never waits and never throws.</summary>
    public void Offer(ShadowJob job)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        var waiting = _waiting ?? Begin(job.Target.Options);
        if (!waiting.Writer.TryWrite(job) && !_stop.IsCancellationRequested && Interlocked.Increment(ref _dropped) == 1)
        {
            ShadowLog.Dropping(logger, waiting.Reader.Count, job.Target.Options.Model!);
        }
    }

    /// <summary>Stops what is under way, and drops what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task workers;
        lock (_lock)
        {
            _waiting?.Writer.TryComplete();
            workers = _workers;
        }

        await workers.WaitAsync(StopTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Stops as <see cref="DisposeAsync"/> does: a container that is disposed of without await refuses what cannot.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private Channel<ShadowJob> Begin(ShadowOptions options)
    {
        lock (_lock)
        {
            if (_waiting is null)
            {
                _waiting = Channel.CreateBounded<ShadowJob>(options.QueueLimit);
                // What runs here must not carry the activity and the other async locals of the request that happened to be the first.
                using (ExecutionContext.SuppressFlow())
                {
                    _workers = Task.WhenAll(Enumerable.Range(0, options.MaxConcurrency).Select(_ => Task.Run(WorkAsync)));
                }
            }

            return _waiting;
        }
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var job in _waiting!.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    await MirrorAsync(job).ConfigureAwait(false);
                }
                catch (Exception exception) when (!_stop.IsCancellationRequested)
                {
                    // One request must not end the mirror.
                    ShadowLog.Faulted(logger, job.RequestId, exception);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The application ends.
        }
    }

    private async ValueTask MirrorAsync(ShadowJob job)
    {
        var (model, reason) = await FindCandidateAsync(job).ConfigureAwait(false);
        if (model is null)
        {
            Interlocked.Increment(ref _refused);
            ShadowLog.Refused(logger, job.RequestId, job.Target.Options.Model!, reason!);
            return;
        }

        using var call = new ShadowCall(job, model, time, _stop.Token);
        if (await call.RunAsync().ConfigureAwait(false) is not { } outcome)
        {
            Interlocked.Increment(ref _yielded);
            return;
        }

        if (call.Failure is { } failure)
        {
            ShadowLog.Failed(logger, model.Name, model.Provider, job.RequestId, failure.Kind, FailureWords.Of(failure));
        }

        tracker.Record(outcome);
        Interlocked.Increment(ref _mirrored);
    }

    /// <summary>Asks the selector, as for a request that names the candidate: what it must not see, cannot do or is kept from by a rule is decided in one place.</summary>
    private async ValueTask<(ModelProfile? Model, string? Reason)> FindCandidateAsync(ShadowJob job)
    {
        var target = job.Target;
        if (!target.Catalog.TryFind(target.Options.Model!, out var model))
        {
            return (null, "nobody serves it at present");
        }

        var context = new SelectionContext
        {
            Request = job.Request with { Model = model.Name },
            Profile = job.Profile,
            Catalog = target.Catalog,
            Performance = tracker,
            Availability = target.Routes,
            Routing = target.Routing,
        };
        var plan = await selector.SelectAsync(context, _stop.Token).ConfigureAwait(false);
        if (plan.Routes.Count == 0 || plan.Routes[0].Model.Name != model.Name)
        {
            return (null, plan.Rejected.FirstOrDefault(rejected => rejected.Model.Name == model.Name).ToString());
        }

        var route = target.Routes.Find(model);
        return route.GetAvailability() is { State: not RouteState.Ready } availability ? (null, availability.Detail ?? $"{availability.State}")
            : route.Provider.Provider.Capabilities.IsMetered && !target.Options.AllowMetered ? (null, "its use costs money (Routing:Shadow:AllowMetered)")
            : (model, null);
    }
}
