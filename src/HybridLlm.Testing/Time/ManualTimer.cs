namespace HybridLlm.Testing.Time;

/// <summary>A timer of a <see cref="ManualTimeProvider"/>; keeps the contract of the timers of <see cref="TimeProvider.System"/>.</summary>
internal sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
{
    // The longest time that the system's timers take; a test must not pass with a delay that production refuses.
    private static readonly TimeSpan MaxDuration = TimeSpan.FromMilliseconds(0xfffffffe);

    private readonly Lock _gate = new();

    // As the system's timers do: callbacks see the async locals of the code that made the timer.
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private TaskCompletionSource? _idle;
    private int _running;
    private volatile bool _disposed;

    public static IComparer<ManualTimer> ByDueTime { get; } = Comparer<ManualTimer>.Create(static (left, right) =>
        (left.Due, left.Arming).CompareTo((right.Due, right.Arming)));

    /// <summary>Gets when the timer is due, in ticks of the clock's elapsed time. Guarded by the clock.</summary>
    public long Due { get; private set; }

    /// <summary>Gets the number of the arming, unique per clock; it orders timers due at the same time. Guarded by the clock.</summary>
    public long Arming { get; private set; }

    /// <summary>Gets the time between two firings in ticks; not positive for a timer that fires once. Guarded by the clock.</summary>
    public long Period { get; private set; }

    public bool IsDisposed => _disposed;

    public void Arm(long due, long arming, long period)
    {
        Due = due;
        Arming = arming;
        Period = period;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ThrowIfNoDuration(dueTime, nameof(dueTime));
        ThrowIfNoDuration(period, nameof(period));
        return clock.Schedule(this, dueTime, period);
    }

    public void Fire()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _running++;
        }

        try
        {
            if (_context is null)
            {
                callback(state);
            }
            else
            {
                ExecutionContext.Run(_context, static timer => ((ManualTimer)timer!).Call(), this);
            }
        }
        finally
        {
            TaskCompletionSource? idle;
            lock (_gate)
            {
                idle = --_running == 0 ? _idle : null;
            }

            idle?.TrySetResult();
        }
    }

    public void Dispose()
    {
        // In this order: an arming that the clock takes after this sees the flag, one that it took before is undone.
        _disposed = true;
        clock.Unschedule(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        lock (_gate)
        {
            if (_running == 0)
            {
                return ValueTask.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_idle.Task);
        }
    }

    private static void ThrowIfNoDuration(TimeSpan value, string name)
    {
        if (value != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, name);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxDuration, name);
        }
    }

    private void Call() => callback(state);
}
