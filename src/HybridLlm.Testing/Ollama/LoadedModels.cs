using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.Ollama;

/// <summary>The models in memory: which stay, for how long, and which has to go for another one. The scheduler calls it under its lock.</summary>
internal sealed class LoadedModels(OllamaSimulatorOptions options, Action changed)
{
    private readonly Dictionary<string, Runner> _runners = new(StringComparer.Ordinal);

    // Completed, and replaced, when a model goes, and when one becomes idle.
    private TaskCompletionSource _unloaded = Signal();
    private TaskCompletionSource _idle = Signal();

    public IReadOnlyCollection<Runner> Runners => _runners.Values;

    /// <summary>Gets how many loads there were.</summary>
    public int Loads { get; private set; }

    /// <summary>Gets what completes when the next model goes.</summary>
    public Task Unloaded => _unloaded.Task;

    /// <summary>Gets what completes when a model has one request less.</summary>
    public Task Idle => _idle.Task;

    /// <summary>Gets when the next idle model goes by itself; the end of time when none does.</summary>
    public DateTimeOffset NextExpiry =>
        _runners.Values.Where(static runner => runner.Uses == 0).Select(static runner => runner.ExpiresAt).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();

    public Runner? Find(string digest) => _runners.GetValueOrDefault(digest);

    public void Add(SimulatedModel model, string digest, LoadOptions wanted)
    {
        var slots = new SlotPool(model.IsEmbedding ? 1 : options.Slots, changed);
        var runner = new Runner(model, digest, wanted, slots) { KeepAlive = options.KeepAlive, ExpiresAt = Later(options.KeepAlive) };
        _runners.Add(digest, runner);
        Loads++;
    }

    /// <summary>Takes a model for a request, if it is loaded as the request wants it.</summary>
    public Runner? TryUse(PendingLoad pending)
    {
        if (!_runners.TryGetValue(pending.Digest, out var runner) || runner.Options != pending.Wanted)
        {
            return null;
        }

        runner.Uses++;
        runner.KeepAlive = pending.KeepAlive ?? runner.KeepAlive;
        return runner;
    }

    /// <summary>Takes back what a request used.</summary>
    public void Release(Runner runner)
    {
        runner.Uses--;
        runner.ExpiresAt = Later(runner.KeepAlive);
        if (runner is { Uses: 0, KeepAlive.Ticks: 0 })
        {
            Remove(runner);
        }

        Raise(ref _idle);
    }

    /// <summary>Returns what must go before the model can be loaded: itself, loaded otherwise; or the one with the shortest time to stay.</summary>
    public Runner? InTheWayOf(PendingLoad pending) =>
        _runners.TryGetValue(pending.Digest, out var itself) ? itself
        : _runners.Count < options.MaxLoadedModels ? null
        : _runners.Values.OrderBy(static runner => runner.Uses > 0).ThenBy(static runner => runner.KeepAlive).ThenBy(static runner => runner.Digest, StringComparer.Ordinal).First();

    /// <summary>Lets a model go, as soon as it is idle.</summary>
    public void Evict(Runner runner)
    {
        runner.KeepAlive = TimeSpan.Zero;
        if (runner.Uses == 0)
        {
            Remove(runner);
        }
    }

    /// <summary>Lets the models go whose time is over.</summary>
    public void Expire()
    {
        var now = options.TimeProvider.GetUtcNow();
        foreach (var runner in _runners.Values.Where(runner => runner.Uses == 0 && runner.ExpiresAt <= now).ToArray())
        {
            Remove(runner);
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Raise(ref TaskCompletionSource signal)
    {
        signal.SetResult();
        signal = Signal();
    }

    private void Remove(Runner runner)
    {
        _runners.Remove(runner.Digest);
        Raise(ref _unloaded);
    }

    private DateTimeOffset Later(TimeSpan keepAlive) => keepAlive == GoDuration.Forever ? DateTimeOffset.MaxValue : options.TimeProvider.GetUtcNow() + keepAlive;
}
