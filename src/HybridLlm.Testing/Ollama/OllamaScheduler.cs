using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Time;

namespace HybridLlm.Testing.Ollama;

/// <summary>
/// Which models are loaded, and who waits for one. As in the original, requests for a loaded model pass by; all others stand in one
/// line, whose head may block it: it waits for a busy model to become idle, and a request that says <c>keep_alive</c> to that model
/// meanwhile takes the eviction back.
/// </summary>
internal sealed class OllamaScheduler(OllamaSimulatorOptions options, Action changed)
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock = options.TimeProvider;
    private readonly Dictionary<string, Runner> _runners = new(StringComparer.Ordinal);
    private readonly LinkedList<PendingLoad> _queue = new();

    // Completed, and replaced, when a model goes, and when one becomes idle.
    private TaskCompletionSource _unloaded = Signal();
    private TaskCompletionSource _idle = Signal();
    private PendingLoad? _current;

    public IReadOnlyList<Runner> Runners
    {
        get
        {
            lock (_gate)
            {
                Expire();
                return [.. _runners.Values.OrderByDescending(static runner => runner.ExpiresAt)];
            }
        }
    }

    /// <summary>Gets how many requests wait for a load, the one whose load is under way included.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count + (_current is null ? 0 : 1);
            }
        }
    }

    /// <summary>Gets how many loads there were.</summary>
    public int Loads { get; private set; }

    /// <summary>Makes a model loaded, at once.</summary>
    public void Preload(SimulatedModel model, string digest, LoadOptions wanted)
    {
        lock (_gate)
        {
            Add(model, digest, wanted);
        }
    }

    /// <summary>Waits until a model is loaded as a request wants it.</summary>
    /// <returns>What keeps it loaded; <see langword="null"/> when the line is full.</returns>
    /// <exception cref="ModelLoadException">It cannot be loaded.</exception>
    public async Task<RunnerLease?> AcquireAsync(SimulatedModel model, string digest, LoadOptions wanted, TimeSpan? keepAlive, CancellationToken cancellationToken)
    {
        var pending = new PendingLoad(model, digest, wanted, keepAlive, cancellationToken);
        lock (_gate)
        {
            Expire();
            if (Use(pending) is { } lease)
            {
                return lease;
            }

            if (_current is not null)
            {
                if (_queue.Count >= options.MaxQueuedLoads)
                {
                    return null;
                }

                _queue.AddLast(pending);
            }
            else
            {
                _current = pending;
                _ = Task.Run(WorkAsync, CancellationToken.None);
            }
        }

        changed();
        try
        {
            return await pending.Lease.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Leave(pending);
            throw;
        }
    }

    /// <summary>Lets a model go, as soon as it is idle.</summary>
    public void Unload(string digest)
    {
        lock (_gate)
        {
            if (_runners.TryGetValue(digest, out var runner))
            {
                Evict(runner);
            }
        }

        changed();
    }

    public void Release(Runner runner)
    {
        lock (_gate)
        {
            runner.Uses--;
            runner.ExpiresAt = Later(runner.KeepAlive);
            if (runner is { Uses: 0, KeepAlive.Ticks: 0 })
            {
                Remove(runner);
            }

            Raise(ref _idle);
        }

        changed();
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Raise(ref TaskCompletionSource signal)
    {
        signal.SetResult();
        signal = Signal();
    }

    private async Task WorkAsync()
    {
        while (_current is { } pending)
        {
            try
            {
                await ServeAsync(pending).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (pending.Gone.IsCancellationRequested)
            {
                pending.Lease.TrySetCanceled(pending.Gone);
            }
            catch (ModelLoadException error)
            {
                pending.Lease.TrySetException(error);
            }

            lock (_gate)
            {
                _current = _queue.First?.Value;
                if (_current is not null)
                {
                    _queue.RemoveFirst();
                }
            }

            changed();
        }
    }

    private async Task ServeAsync(PendingLoad pending)
    {
        while (true)
        {
            Task unloaded;
            Runner? victim;
            lock (_gate)
            {
                Expire();
                pending.Gone.ThrowIfCancellationRequested();
                if (Use(pending) is { } lease)
                {
                    pending.Lease.SetResult(lease);
                    return;
                }

                unloaded = _unloaded.Task;
                victim = Victim(pending);
                if (victim is not null)
                {
                    Evict(victim);
                }
            }

            if (victim is null)
            {
                await LoadAsync(pending).ConfigureAwait(false);
                return;
            }

            await WaitForAsync(unloaded, pending.Gone).ConfigureAwait(false);
        }
    }

    private async Task LoadAsync(PendingLoad pending)
    {
        if (pending.Model.LoadError is { } error)
        {
            throw new ModelLoadException(error);
        }

        await _clock.WaitAsync(pending.Model.LoadTime ?? options.LoadTime, pending.Gone).ConfigureAwait(false);
        lock (_gate)
        {
            Add(pending.Model, pending.Digest, pending.Wanted);
            pending.Gone.ThrowIfCancellationRequested();
            pending.Lease.SetResult(Use(pending)!);
        }
    }

    /// <summary>Waits until a model has gone. Models that expire meanwhile do so on the clock; a timer runs only while somebody waits.</summary>
    private async Task WaitForAsync(Task unloaded, CancellationToken gone)
    {
        while (!unloaded.IsCompleted)
        {
            Task idle;
            TimeSpan wait;
            lock (_gate)
            {
                Expire();
                idle = _idle.Task;
                var next = _runners.Values.Where(static runner => runner.Uses == 0).Select(static runner => runner.ExpiresAt).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
                var left = next - _clock.GetUtcNow();
                wait = left > LongestTimer ? Timeout.InfiniteTimeSpan : left;
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(gone);
            await Task.WhenAny(unloaded, idle, _clock.WaitAsync(wait, over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            gone.ThrowIfCancellationRequested();
        }
    }

    private void Leave(PendingLoad pending)
    {
        RunnerLease? unused = null;
        lock (_gate)
        {
            if (!_queue.Remove(pending) && pending.Lease.Task.IsCompletedSuccessfully)
            {
                // The model came while the client was leaving.
                unused = pending.Lease.Task.Result;
            }
        }

        unused?.Dispose();
        changed();
    }

    private RunnerLease? Use(PendingLoad pending)
    {
        if (!_runners.TryGetValue(pending.Digest, out var runner) || runner.Options != pending.Wanted)
        {
            return null;
        }

        runner.Uses++;
        runner.KeepAlive = pending.KeepAlive ?? runner.KeepAlive;
        return new RunnerLease(this, runner);
    }

    /// <summary>Returns what must go before the model can be loaded: itself, loaded otherwise; or the one with the shortest time to stay.</summary>
    private Runner? Victim(PendingLoad pending) =>
        _runners.TryGetValue(pending.Digest, out var itself) ? itself
        : _runners.Count < options.MaxLoadedModels ? null
        : _runners.Values.OrderBy(static runner => runner.Uses > 0).ThenBy(static runner => runner.KeepAlive).ThenBy(static runner => runner.Digest, StringComparer.Ordinal).First();

    private void Evict(Runner runner)
    {
        runner.KeepAlive = TimeSpan.Zero;
        if (runner.Uses == 0)
        {
            Remove(runner);
        }
    }

    private void Expire()
    {
        var now = _clock.GetUtcNow();
        foreach (var runner in _runners.Values.Where(runner => runner.Uses == 0 && runner.ExpiresAt <= now).ToArray())
        {
            Remove(runner);
        }
    }

    private void Add(SimulatedModel model, string digest, LoadOptions wanted)
    {
        var slots = new SlotPool(model.IsEmbedding ? 1 : options.Slots, changed);
        var runner = new Runner(model, digest, wanted, slots) { KeepAlive = options.KeepAlive, ExpiresAt = Later(options.KeepAlive) };
        _runners.Add(digest, runner);
        Loads++;
    }

    private void Remove(Runner runner)
    {
        _runners.Remove(runner.Digest);
        Raise(ref _unloaded);
    }

    private DateTimeOffset Later(TimeSpan keepAlive) => keepAlive == GoDuration.Forever ? DateTimeOffset.MaxValue : _clock.GetUtcNow() + keepAlive;
}
