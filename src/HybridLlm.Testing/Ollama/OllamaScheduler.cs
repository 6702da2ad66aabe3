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
    private readonly LoadedModels _loaded = new(options, changed);
    private readonly LinkedList<PendingLoad> _queue = new();
    private PendingLoad? _current;

    public IReadOnlyList<Runner> Runners
    {
        get
        {
            lock (_gate)
            {
                _loaded.Expire();
                return [.. _loaded.Runners.OrderByDescending(static runner => runner.ExpiresAt)];
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
    public int Loads => _loaded.Loads;

    /// <summary>Makes a model loaded, at once.</summary>
    public void Preload(SimulatedModel model, string digest, LoadOptions wanted)
    {
        lock (_gate)
        {
            _loaded.Add(model, digest, wanted);
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
            _loaded.Expire();
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
            if (_loaded.Find(digest) is { } runner)
            {
                _loaded.Evict(runner);
            }
        }

        changed();
    }

    public void Release(Runner runner)
    {
        lock (_gate)
        {
            _loaded.Release(runner);
        }

        changed();
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
                _loaded.Expire();
                pending.Gone.ThrowIfCancellationRequested();
                if (Use(pending) is { } lease)
                {
                    pending.Lease.SetResult(lease);
                    return;
                }

                unloaded = _loaded.Unloaded;
                victim = _loaded.InTheWayOf(pending);
                if (victim is not null)
                {
                    _loaded.Evict(victim);
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
            _loaded.Add(pending.Model, pending.Digest, pending.Wanted);
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
                _loaded.Expire();
                idle = _loaded.Idle;
                var left = _loaded.NextExpiry - _clock.GetUtcNow();
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

    private RunnerLease? Use(PendingLoad pending) => _loaded.TryUse(pending) is { } runner ? new RunnerLease(this, runner) : null;
}
