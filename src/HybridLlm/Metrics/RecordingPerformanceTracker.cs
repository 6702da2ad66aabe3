using System.Collections.Concurrent;
using HybridLlm.Learning;
using HybridLlm.Metrics.Sharing;
using HybridLlm.Metrics.Sums;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Metrics;

/// <summary>Learns from outcomes in memory, and keeps them in a store beyond the life of the process.</summary>
/// <remarks>
/// A request pays for learning and for putting the outcome into a queue. The background work begins with
/// <see cref="StartAsync"/> or with the first outcome, whichever comes first: the outcomes of earlier runs are replayed into
/// the tracker, and from then on new ones are saved when <see cref="MetricsOptions.FlushInterval"/> has passed or a batch is
/// full. Of a long history only what still weighs something is replayed; the rest is counted. Nothing is saved before the replay is over, so that nothing is learned twice. A store that fails costs a warning:
/// outcomes wait in the queue, from which the oldest go when it is full, and saving is tried again, in the end once a minute.
/// </remarks>
internal sealed class RecordingPerformanceTracker : IPerformanceTracker, IMeasurementSource, IAsyncDisposable, IDisposable
{
    /// <summary>How long stopping may take.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly PerformanceTracker _tracker;
    private readonly OutcomeJournal? _journal;
    private readonly ISharedLearning? _shared;
    private readonly LearningExchange? _exchange;
    private readonly int _recent;
    private readonly StandingWatch _standings;
    private readonly SemaphoreSlim _seeding = new(1, 1);
    private readonly SeedLearning _seeds;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lifecycle = new();
    private readonly bool _recentSuffices;
    private volatile bool _started;
    private Task? _stopped;

    /// <param name="tracker">Learns.</param>
    /// <param name="store">Keeps; <see langword="null"/> to keep nothing. Its owner disposes it, after this.</param>
    /// <param name="options">Read once.</param>
    /// <param name="routing">Gives the current policy: whether words of prompts are learned from, and for the log when a model is boosted or dropped. Must not throw.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of loading, saving, faults, and of models that are boosted or dropped.</param>
    public RecordingPerformanceTracker(
        PerformanceTracker tracker,
        IMetricsStore? store,
        MetricsOptions options,
        Func<RoutingOptions> routing,
        TimeProvider time,
        ILogger<RecordingPerformanceTracker> logger)
    {
        _tracker = tracker;
        _journal = store is null ? null : new OutcomeJournal(store, options, time, logger);
        _shared = store as ISharedLearning;
        _exchange = _shared is null ? null : new LearningExchange(tracker, _shared, options, tracker.Learning, time, logger);
        _recent = options.FeedbackWindow;
        _standings = new StandingWatch(routing, logger);
        _seeds = new SeedLearning(this, _journal, routing);
        _recentSuffices = tracker.RemembersAtMost(SumsFormat.RecentPerCell) && options.FeedbackWindow <= SumsFormat.RecentInAll;
        _time = time;
        _logger = logger;
    }

    /// <summary>Gets or sets what else learns from the outcomes of earlier runs. Set before the background work begins; called on one thread, and must not throw.</summary>
    public Action<CallOutcome>? Replayed { get; set; }

    /// <inheritdoc />
    public void Record(CallOutcome outcome)
    {
        if (_tracker.Learn(outcome) is { } cell)
        {
            _standings.Observe(cell);
        }

        if (_journal is not null)
        {
            Start();
            _journal.Enqueue(outcome);
        }
    }

    /// <inheritdoc />
    public ModelPerformance GetPerformance(string model, string taskType) => _tracker.GetPerformance(model, taskType);

    /// <inheritdoc />
    public ModelPerformance GetPerformance(string model, string taskType, ComplexityLevel complexity) =>
        _tracker.GetPerformance(model, taskType, complexity);

    /// <inheritdoc />
    public IReadOnlyList<ModelPerformance> GetAll() => _tracker.GetAll();

    /// <inheritdoc />
    public ConcurrentDictionary<string, TaskCell>? FindTask(string taskType) => _tracker.FindTask(taskType);

    /// <inheritdoc />
    public ModelBelief? FindBelief(string model) => _tracker.FindBelief(model);

    /// <inheritdoc />
    public PromptModels Prompts => _tracker.Prompts;

    /// <summary>Learns from outcomes that are not known yet, and saves them.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="IOException">What was saved earlier cannot be read.</exception>
    public async Task<SeedReport> LearnNewAsync(IReadOnlyCollection<SeedOutcome> outcomes, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        await _seeding.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _seeds.LearnNewAsync(outcomes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _seeding.Release();
        }
    }

    /// <summary>Exchanges with other hosts what was learned, now instead of when it is due. Nothing happens where the store is not shared.</summary>
    public Task ShareAsync(CancellationToken cancellationToken = default) => _exchange?.ExchangeAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Starts the background work, if it is not started, and waits until the outcomes of earlier runs are learned from.</summary>
    /// <param name="cancellationToken">Cancels the wait, not the work.</param>
    /// <returns>A task that completes when they are, or when the store failed, which is logged.</returns>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_journal is null)
        {
            return Task.CompletedTask;
        }

        Start();
        return _loaded.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Saves all outcomes that are recorded by now.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether they are saved; when the store failed, which is logged, they wait to be tried again.</returns>
    public async Task<bool> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_journal is null)
        {
            return true;
        }

        await StartAsync(cancellationToken).ConfigureAwait(false);
        return await _journal.SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Saves what is recorded, for at most <see cref="StopTimeout"/>, and ends the background work. From then on outcomes are learned from but not saved.</summary>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>A task that completes when the background work has ended.</returns>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        lock (_lifecycle)
        {
            return _stopped ??= StopCoreAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <inheritdoc />
    public void Dispose() => Task.Run(() => StopAsync()).GetAwaiter().GetResult();

    private void Start()
    {
        if (_started)
        {
            return;
        }

        lock (_lifecycle)
        {
            if (_started)
            {
                return;
            }

            _started = true;
        }

        // Unsafe: the background work must not carry the activity and the other async locals of the request that started it.
        ThreadPool.UnsafeQueueUserWorkItem(static tracker => _ = tracker.RunAsync(tracker._journal!), this, preferLocal: false);
    }

    private async Task RunAsync(OutcomeJournal journal)
    {
        try
        {
            await LoadAsync(journal).ConfigureAwait(false);
            foreach (var cell in _tracker.GetCells())
            {
                _standings.Observe(cell);
            }

            _loaded.TrySetResult();
            await Task.WhenAll(journal.RunAsync(_stopping.Token), _exchange?.RunAsync(_stopping.Token) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopping: what is queued is saved there, within the time that it has.
        }
        finally
        {
            _loaded.TrySetResult();
            _finished.TrySetResult();
        }
    }

    private async Task LoadAsync(OutcomeJournal journal)
    {
        if (_exchange is null)
        {
            await journal.LoadAsync(_tracker.Record + Replayed, _recentSuffices ? _tracker.Credit : null, _stopping.Token).ConfigureAwait(false);
            return;
        }

        // The outcomes themselves are not learned from again: what they taught was published.
        if (await journal.LoadRecentAsync(_shared!, _recent, Replayed, _stopping.Token).ConfigureAwait(false))
        {
            await _exchange.ExchangeAsync(_stopping.Token).ConfigureAwait(false);
        }
    }

    private async Task StopCoreAsync(CancellationToken cancellationToken)
    {
        var wasStarted = _started;
        _started = true;
        _journal?.Complete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (wasStarted && _journal is not null)
        {
            await SaveRestAsync(_journal, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _loaded.TrySetResult();
        }
    }

    private async Task SaveRestAsync(OutcomeJournal journal, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(StopTimeout, _time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // Waited for with the bound, too: a store that ignores its token must not hold up the end of the application.
            await _finished.Task.WaitAsync(bound.Token).ConfigureAwait(false);
            await journal.SaveAsync(bound.Token).WaitAsync(bound.Token).ConfigureAwait(false);
            await ShareAsync(bound.Token).WaitAsync(bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            // What could not be saved in time is counted below.
        }

        if (journal.Waiting is > 0 and var waiting)
        {
            MetricsLog.LostAtStop(_logger, waiting, journal.Location);
        }
    }
}
