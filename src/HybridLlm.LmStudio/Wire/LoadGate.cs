using System.Collections.Concurrent;

namespace HybridLlm.LmStudio.Wire;

/// <summary>
/// Lets the first request to a model that is not in memory go alone, until its answer begins. LM Studio loads the model once for each request that comes
/// before it is there, and several instances of it then fill the memory.
/// </summary>
/// <param name="isResident">Tells whether a model is in memory, as far as LM Studio says.</param>
/// <param name="time">The clock.</param>
internal sealed class LoadGate(Func<string, CancellationToken, Task<bool>> isResident, TimeProvider time)
{
    // LM Studio unloads models without a word, so what was seen is believed for a while only.
    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Door> _doors = new(StringComparer.Ordinal);

    /// <summary>Tells whether a request waits for the model to load.</summary>
    /// <param name="modelId">The model.</param>
    /// <returns>Whether one does.</returns>
    public bool IsLoading(string modelId) => _doors.TryGetValue(modelId, out var door) && door.IsHeld;

    /// <summary>Waits until a request may go.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>What is to be told when the answer has begun; it is disposed in any case.</returns>
    public async ValueTask<Pass> EnterAsync(string modelId, CancellationToken cancellationToken)
    {
        var door = _doors.GetOrAdd(modelId, static _ => new Door());
        if (IsFresh(door))
        {
            return new(this, door, false);
        }

        await door.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsFresh(door) || await isResident(modelId, cancellationToken).ConfigureAwait(false))
            {
                See(door);
                door.Turn.Release();
                return new(this, door, false);
            }
        }
        catch
        {
            door.Turn.Release();
            throw;
        }

        door.IsHeld = true;
        return new(this, door, true);
    }

    private bool IsFresh(Door door) => door.Seen is var seen && seen != 0 && time.GetElapsedTime(seen) < Trust;

    private void See(Door door) => door.Seen = Math.Max(1, time.GetTimestamp());

    /// <summary>The right to send a request.</summary>
    internal sealed class Pass(LoadGate gate, Door door, bool isHeld) : IDisposable
    {
        private bool _isHeld = isHeld;

        /// <summary>Says that the answer has begun: the model is in memory.</summary>
        public void AnswerBegan()
        {
            gate.See(door);
            Dispose();
        }

        public void Dispose()
        {
            if (_isHeld)
            {
                _isHeld = false;
                door.IsHeld = false;
                door.Turn.Release();
            }
        }
    }

    internal sealed class Door
    {
        private long _seen;
        private volatile bool _isHeld;

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public long Seen
        {
            get => Volatile.Read(ref _seen);
            set => Volatile.Write(ref _seen, value);
        }

        public bool IsHeld
        {
            get => _isHeld;
            set => _isHeld = value;
        }
    }
}
