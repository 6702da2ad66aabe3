using System.Diagnostics.CodeAnalysis;
using HybridLlm.Metrics.Sums;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Metrics;

/// <summary>The tracker's dealings with the store: loads what was learned before, saves what is learned now, and deletes what is too old.</summary>
/// <param name="store">The store; used by one call at a time.</param>
/// <param name="options">The flush interval and the retention; read once.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of loading, saving and faults.</param>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is not asked for has nothing to dispose, and a store that hangs may still hold one.")]
internal sealed class OutcomeJournal(IMetricsStore store, MetricsOptions options, TimeProvider time, ILogger logger)
{
    public const int QueueCapacity = 10_000;
    public const int BatchSize = 1_000;

    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPruneInterval = TimeSpan.FromDays(1);

    private readonly OutcomeQueue _queue = new(QueueCapacity, BatchSize);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly TimeSpan _flushInterval = options.FlushInterval;
    private readonly TimeSpan _retention = options.Retention;
    private CallOutcome[] _unsaved = [];
    private int _failures;
    private long? _prunedAt;

    /// <summary>Gets where outcomes are saved, for people.</summary>
    public string Location { get; } = store is JsonMetricsStore json ? json.Folder : store is ISharedLearning ? store.ToString()! : store.GetType().Name;

    /// <summary>Gets how many outcomes are not saved yet.</summary>
    public int Waiting => _queue.Count + _unsaved.Length;

    // Old outcomes may stay a tenth of the retention, and at most a day, longer: a store may have to rewrite a file to delete one.
    private TimeSpan PruneInterval => _retention / 10 < LongestPruneInterval ? _retention / 10 : LongestPruneInterval;

    /// <summary>Queues an outcome to be saved. Never waits.</summary>
    public void Enqueue(CallOutcome outcome)
    {
        if (_queue.Enqueue(outcome))
        {
            _wake.Release();
        }
    }

    /// <summary>Takes no more outcomes.</summary>
    public void Complete() => _queue.Complete();

    /// <summary>Replays what is not past its retention, the oldest first. A store that fails is logged.</summary>
    /// <param name="replay">Takes an outcome.</param>
    /// <param name="credit">
    /// Takes how many attempts of a cell came so long before the replayed ones that they only count; <see langword="null"/> when all outcomes are to be replayed.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task LoadAsync(Action<CallOutcome> replay, Action<CellKey, CellCount>? credit, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        long count = 0;
        try
        {
            var from = Before(_retention);
            if (credit is not null && store is JsonMetricsStore json)
            {
                var history = await json.ReadHistoryAsync(cancellationToken).ConfigureAwait(false) ?? new();
                foreach (var (cell, earlier) in history.Earlier.Where(static cell => cell.Value.Attempts > 0))
                {
                    credit(cell, earlier);
                }

                foreach (var outcome in history.Read().Where(outcome => outcome.Timestamp >= from))
                {
                    replay(outcome);
                    count++;
                }
            }
            else
            {
                await foreach (var outcome in store.ReadAsync(new() { From = from }, cancellationToken).ConfigureAwait(false))
                {
                    replay(outcome);
                    count++;
                }
            }

            MetricsLog.Loaded(logger, count, Location);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            MetricsLog.LoadFailed(logger, Location, exception.Message, count, exception);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Replays the newest outcomes of a store that hosts share. A store that fails is logged.</summary>
    /// <param name="shared">The same store.</param>
    /// <param name="count">How many outcomes.</param>
    /// <param name="replay">Takes an outcome.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the store answered.</returns>
    public async Task<bool> LoadRecentAsync(ISharedLearning shared, int count, Action<CallOutcome>? replay, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var outcomes = await shared.ReadRecentAsync(count, cancellationToken).ConfigureAwait(false);
            foreach (var outcome in outcomes)
            {
                replay?.Invoke(outcome);
            }

            MetricsLog.Loaded(logger, outcomes.Count, Location);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            MetricsLog.LoadFailed(logger, Location, exception.Message, 0, exception);
            return false;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Finds which of some outcomes the store has already.</summary>
    public async Task<HashSet<Guid>> FindKnownAsync(HashSet<Guid> ids, CancellationToken cancellationToken)
    {
        await SaveAsync(cancellationToken).ConfigureAwait(false);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var known = new HashSet<Guid>();
            await foreach (var outcome in store.ReadAsync(MetricsQuery.All, cancellationToken).ConfigureAwait(false))
            {
                if (ids.Contains(outcome.Id))
                {
                    known.Add(outcome.Id);
                }
            }

            return known;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Saves outcomes as they come, until <see cref="Complete"/> and all are saved, or until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Not before what was learned is loaded: to delete, a store may have to rewrite files, and nobody waits for that.
        await PruneIfDueAsync(cancellationToken).ConfigureAwait(false);
        while (_unsaved.Length > 0 || await _queue.WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            await PauseAsync(_failures == 0 ? _flushInterval : RetryDelay(), cancellationToken).ConfigureAwait(false);
            await SaveAsync(cancellationToken).ConfigureAwait(false);
            await PruneIfDueAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Saves what is queued.</summary>
    /// <returns>Whether all that was queued at the time of the call is saved; if not, it waits to be tried again.</returns>
    public async Task<bool> SaveAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // As many batches as can have been queued at the time of the call, so that new ones do not keep it going for ever.
            for (var batches = 0; batches <= QueueCapacity / BatchSize; batches++)
            {
                if (_unsaved.Length == 0)
                {
                    _unsaved = _queue.TakeBatch();
                }

                if (_unsaved.Length == 0)
                {
                    break;
                }

                if (!await TryAppendAsync(_unsaved, cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }

                _unsaved = [];
            }

            return true;
        }
        finally
        {
            ReportDropped();
            _gate.Release();
        }
    }

    private async ValueTask<bool> TryAppendAsync(CallOutcome[] batch, CancellationToken cancellationToken)
    {
        try
        {
            await store.AppendAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The first failure says it all; the others until it works again would repeat it.
            if (++_failures == 1)
            {
                MetricsLog.SaveFailed(logger, Location, exception.Message, QueueCapacity, exception);
            }

            return false;
        }

        if (_failures > 0)
        {
            _failures = 0;
            MetricsLog.SavesAgain(logger, Location);
        }

        MetricsLog.Saved(logger, batch.Length, Location);
        return true;
    }

    private void ReportDropped()
    {
        // While the store fails, its outcomes are expected to be dropped in the end; one line when it works again is enough.
        if (_failures == 0 && _queue.TakeDropped() is > 0 and var dropped)
        {
            MetricsLog.Dropped(logger, dropped, Location);
        }
    }

    private async Task PruneIfDueAsync(CancellationToken cancellationToken)
    {
        if (_failures > 0 || (_prunedAt is { } prunedAt && time.GetElapsedTime(prunedAt) < PruneInterval))
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await PruneAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        // Rounded down, so that processes that start often find nothing to delete most of the time.
        var before = Before(_retention);
        before = before.AddTicks(-(before.UtcTicks % PruneInterval.Ticks));
        try
        {
            await store.PruneAsync(before, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            MetricsLog.PruneFailed(logger, before, Location, exception.Message, exception);
        }

        _prunedAt = time.GetTimestamp();
    }

    private DateTimeOffset Before(TimeSpan age)
    {
        var now = time.GetUtcNow();
        return age.Ticks < now.UtcTicks ? now - age : DateTimeOffset.MinValue;
    }

    private TimeSpan RetryDelay()
    {
        var delay = FirstRetryDelay * Math.Pow(2, Math.Min(_failures - 1, 30));
        return delay < LongestRetryDelay ? delay : LongestRetryDelay;
    }

    /// <summary>Waits for some time or until a batch is full.</summary>
    private async Task PauseAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        // A release that comes late ends the next pause early, which does no harm.
        using var timer = time.CreateTimer(static wake => ((SemaphoreSlim)wake!).Release(), _wake, duration, Timeout.InfiniteTimeSpan);
        await _wake.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
