using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Time;

namespace HybridLlm.Testing.LmStudio;

/// <summary>Which models are on the disk, which are loaded, and which one answers to a name.</summary>
internal sealed class LmStudioHost : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly LmStudioSimulatorOptions _options;
    private readonly Action _changed;
    private readonly TimeProvider _clock;
    private readonly List<SimulatedModel> _models;
    private readonly List<Instance> _instances = [];
    private readonly CancellationTokenSource _disposed = new();
    private int _waiting;

    public LmStudioHost(LmStudioSimulatorOptions options, Action changed)
    {
        _options = options;
        _changed = changed;
        _clock = options.TimeProvider;
        _models = [.. options.Models.DefaultIfEmpty(new SimulatedModel(options.Model))];
        foreach (var model in _models.Where(static model => model.IsLoaded))
        {
            Add(model, options.ContextLength, null, Task.CompletedTask);
        }
    }

    public IReadOnlyList<SimulatedModel> Models
    {
        get
        {
            lock (_gate)
            {
                return [.. _models];
            }
        }
    }

    /// <summary>Gets the instances that are loaded, in the order in which they came.</summary>
    public IReadOnlyList<Instance> Instances
    {
        get
        {
            lock (_gate)
            {
                Expire();
                return [.. _instances.Where(static instance => instance.Loaded.IsCompletedSuccessfully)];
            }
        }
    }

    public int Waiting => Volatile.Read(ref _waiting);

    public int Loads { get; private set; }

    public SimulatedModel? Find(string? key) => Models.FirstOrDefault(model => model.Name.Equals(key, StringComparison.OrdinalIgnoreCase));

    public void Install(SimulatedModel model)
    {
        lock (_gate)
        {
            if (!_models.Exists(known => known.Name == model.Name))
            {
                _models.Add(model);
            }
        }
    }

    /// <summary>Loads one more instance of a model, on purpose: it stays until it is unloaded.</summary>
    /// <exception cref="ModelLoadException">It cannot be loaded.</exception>
    public async Task<Instance> LoadAsync(SimulatedModel model, int context, CancellationToken cancellationToken)
    {
        Instance instance;
        lock (_gate)
        {
            instance = Add(model, context, null, LoadAsync(model));
        }

        await WaitAsync(instance, cancellationToken).ConfigureAwait(false);
        return instance;
    }

    /// <summary>Unloads an instance.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Unload(string? id)
    {
        lock (_gate)
        {
            Expire();
            var removed = _instances.RemoveAll(instance => instance.Id == id && instance.Loaded.IsCompletedSuccessfully);
            return removed > 0;
        }
    }

    /// <summary>Finds the instance that answers to a name, or loads one.</summary>
    /// <param name="name">The key of a model, or the id of an instance; <see langword="null"/> when the request names none.</param>
    /// <param name="timeToLive">How long the instance stays idle, if this request loads it.</param>
    /// <param name="embeds">Whether it is to make embeddings.</param>
    /// <param name="cancellationToken">Cancels the wait, not the load.</param>
    /// <returns>The instance; <see langword="null"/> when none answers to the name.</returns>
    /// <exception cref="ModelLoadException">It cannot be loaded.</exception>
    public async Task<InstanceLease?> AcquireAsync(string? name, TimeSpan? timeToLive, bool embeds, CancellationToken cancellationToken)
    {
        Instance? instance;
        lock (_gate)
        {
            Expire();
            instance = Choose(name, embeds) ?? LoadJustInTime(name, timeToLive);
            if (instance is null)
            {
                return null;
            }

            instance.Uses++;
        }

        var lease = new InstanceLease(this, instance);
        try
        {
            await WaitAsync(instance, cancellationToken).ConfigureAwait(false);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    public void Release(Instance instance)
    {
        lock (_gate)
        {
            instance.Uses--;
            instance.ExpiresAt = Later(instance.TimeToLive);
            if (instance is { Uses: 0, IsLeaving: true })
            {
                _instances.Remove(instance);
            }
        }

        _changed();
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        _disposed.Dispose();
    }

    private async Task WaitAsync(Instance instance, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        _changed();
        try
        {
            await instance.Loaded.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ModelLoadException)
        {
            lock (_gate)
            {
                _instances.Remove(instance);
            }

            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            _changed();
        }
    }

    private Instance? Choose(string? name, bool embeds)
    {
        var found = _instances.Find(instance => instance.Id.Equals(name, StringComparison.OrdinalIgnoreCase) && !instance.IsLeaving)
            ?? _instances.Find(instance => instance.Model.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && !instance.IsLeaving);
        if (found is not null || (_options.JustInTimeLoading && !string.IsNullOrEmpty(name)))
        {
            return found;
        }

        // With one model loaded the name does not count.
        var fitting = _instances.Where(instance => instance.Model.IsEmbedding == embeds).ToArray();
        return fitting.Length == 1 ? fitting[0] : null;
    }

    private Instance? LoadJustInTime(string? name, TimeSpan? timeToLive)
    {
        if (!_options.JustInTimeLoading || Find(name) is not { } model)
        {
            return null;
        }

        foreach (var earlier in _instances.Where(instance => _options.KeepOnlyLastJustInTimeModel && instance.TimeToLive is not null).ToArray())
        {
            earlier.IsLeaving = true;
            if (earlier.Uses == 0)
            {
                _instances.Remove(earlier);
            }
        }

        return Add(model, _options.ContextLength, timeToLive ?? _options.IdleTimeToLive, LoadAsync(model));
    }

    private async Task LoadAsync(SimulatedModel model)
    {
        if (model.LoadError is { } error)
        {
            throw new ModelLoadException(error);
        }

        await _clock.WaitAsync(model.LoadTime ?? _options.LoadTime, _disposed.Token).ConfigureAwait(false);
    }

    private Instance Add(SimulatedModel model, int context, TimeSpan? timeToLive, Task loaded)
    {
        var id = model.Name;
        for (var number = 2; _instances.Exists(instance => instance.Id == id); number++)
        {
            id = $"{model.Name}:{number}";
        }

        var slots = new SlotPool(_options.Slots, _changed);
        var instance = new Instance(id, model, Math.Min(context, model.MaxContextLength), slots, timeToLive) { Loaded = loaded, ExpiresAt = Later(timeToLive) };
        _instances.Add(instance);
        Loads++;
        return instance;
    }

    private void Expire()
    {
        var now = _clock.GetUtcNow();
        _instances.RemoveAll(instance => instance.Uses == 0 && instance.ExpiresAt <= now);
    }

    private DateTimeOffset Later(TimeSpan? time) => time is { } wait ? _clock.GetUtcNow() + wait : DateTimeOffset.MaxValue;
}
