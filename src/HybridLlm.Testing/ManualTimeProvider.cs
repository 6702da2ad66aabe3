using HybridLlm.Testing.Time;

namespace HybridLlm.Testing;

/// <summary>
/// A clock that stands still until a test moves it. Timers made from it fire inside <see cref="Advance"/>,
/// on the thread that called it, in the order in which they fall due.
/// </summary>
/// <remarks>
/// <para>
/// While a timer's callback runs, the clock shows the moment at which that timer was due: code that reads the clock in
/// a callback sees what it would have seen in real life. Timers due at the same moment fire in the order in which they
/// were armed.
/// </para>
/// <para>
/// A timer armed with a due time of zero fires before <see cref="CreateTimer"/> or <see cref="ITimer.Change"/> returns.
/// An exception that leaves a callback leaves <see cref="Advance"/>; the timers after it stay armed, and the next
/// <see cref="Advance"/> fires them.
/// </para>
/// <para>All members are safe to use from several threads, and from callbacks.</para>
/// </remarks>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SortedSet<ManualTimer> _armed = new(ManualTimer.ByDueTime);
    private readonly List<TimerWaiter> _waiters = [];
    private readonly long _start;
    private long _elapsed;
    private long _goal;
    private long _wallClockOffset;
    private long _armings;

    /// <summary>Initializes a new instance of the <see cref="ManualTimeProvider"/> class that starts at 2030-01-01T00:00:00Z.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Initializes a new instance of the <see cref="ManualTimeProvider"/> class.</summary>
    /// <param name="start">The time that the clock shows at first.</param>
    public ManualTimeProvider(DateTimeOffset start) => _start = start.UtcTicks;

    /// <summary>Gets the number of ticks of <see cref="GetTimestamp"/> in a second: 10,000,000, so that a tick is a <see cref="TimeSpan"/> tick.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Gets the local time zone: UTC, whatever the machine is set to.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Gets the number of timers that are armed, that is, due at some time in the future.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate)
            {
                return _armed.Count;
            }
        }
    }

    /// <summary>Gets how long it takes until the next timer is due; <see langword="null"/> when no timer is armed.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            lock (_gate)
            {
                return _armed.Min is { } next ? TimeSpan.FromTicks(Math.Max(0, next.Due - _elapsed)) : null;
            }
        }
    }

    /// <summary>Gets the time that has passed since the clock was made; <see cref="AdjustWallClock"/> does not change it.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
            {
                return TimeSpan.FromTicks(_elapsed);
            }
        }
    }

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return new DateTimeOffset(_start + _wallClockOffset + _elapsed, TimeSpan.Zero);
        }
    }

    /// <summary>Returns a reading of the monotonic clock, for <see cref="TimeProvider.GetElapsedTime(long, long)"/>.</summary>
    /// <returns>Ticks of 100 nanoseconds; never zero at the start, as a system's is not.</returns>
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _start + _elapsed;
        }
    }

    /// <summary>Moves the clock forward and fires the timers that fall due on the way.</summary>
    /// <param name="by">How far; zero or more. Calls at the same time add up, calls from a callback too.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long goal;
        lock (_gate)
        {
            // After a callback that threw, the clock lags behind the last goal; time it did not get to see is not time passed.
            _goal = Math.Max(_goal, _elapsed) + by.Ticks;
            goal = _goal;
        }

        try
        {
            while (TakeNextDue(goal) is { } timer)
            {
                timer.Fire();
            }
        }
        catch
        {
            lock (_gate)
            {
                _goal = _elapsed;
            }

            throw;
        }
    }

    /// <summary>Moves the clock forward to the moment at which the next timer is due, and fires what is due then.</summary>
    /// <returns><see langword="false"/> when no timer is armed; the clock has not moved then.</returns>
    public bool AdvanceToNextTimer()
    {
        if (UntilNextTimer is not { } wait)
        {
            return false;
        }

        Advance(wait);
        return true;
    }

    /// <summary>
    /// Sets the wall clock forward or back, as a time server or a user does: <see cref="GetUtcNow"/> jumps,
    /// <see cref="GetTimestamp"/> and the timers take no notice.
    /// </summary>
    /// <param name="by">How far to jump; negative to jump back.</param>
    public void AdjustWallClock(TimeSpan by)
    {
        lock (_gate)
        {
            _wallClockOffset += by.Ticks;
        }
    }

    /// <summary>Waits, in real time, until code under test has armed timers, so that <see cref="Advance"/> finds something to fire.</summary>
    /// <param name="count">How many timers must be armed at least; 1 or more.</param>
    /// <param name="cancellationToken">Cancels the wait: give it the test's own deadline.</param>
    /// <returns>A task that completes as soon as so many timers are armed, at once if they already are.</returns>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public Task WaitForTimersAsync(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var waiter = new TimerWaiter(count);
        lock (_gate)
        {
            if (_armed.Count >= count)
            {
                return Task.CompletedTask;
            }

            _waiters.Add(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Arms a timer, or disarms it when <paramref name="dueTime"/> is infinite.</summary>
    /// <returns><see langword="false"/> when the timer is disposed.</returns>
    internal bool Schedule(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        List<TimerWaiter> reached;
        lock (_gate)
        {
            if (timer.IsDisposed)
            {
                return false;
            }

            _armed.Remove(timer);
            if (dueTime < TimeSpan.Zero)
            {
                return true;
            }

            timer.Arm(_elapsed + dueTime.Ticks, ++_armings, period.Ticks);
            if (dueTime > TimeSpan.Zero)
            {
                _armed.Add(timer);
            }
            else
            {
                Rearm(timer);
            }

            reached = TakeReachedWaiters();
        }

        reached.ForEach(static waiter => waiter.Reached());
        if (dueTime == TimeSpan.Zero)
        {
            timer.Fire();
        }

        return true;
    }

    internal void Unschedule(ManualTimer timer)
    {
        lock (_gate)
        {
            _armed.Remove(timer);
        }
    }

    private ManualTimer? TakeNextDue(long goal)
    {
        lock (_gate)
        {
            if (_armed.Min is not { } next || next.Due > goal)
            {
                _elapsed = Math.Max(_elapsed, goal);
                return null;
            }

            _armed.Remove(next);
            _elapsed = Math.Max(_elapsed, next.Due);
            Rearm(next);
            return next;
        }
    }

    private void Rearm(ManualTimer timer)
    {
        // A period of zero or less means once.
        if (timer.Period > 0)
        {
            timer.Arm(timer.Due + timer.Period, ++_armings, timer.Period);
            _armed.Add(timer);
        }
    }

    private List<TimerWaiter> TakeReachedWaiters()
    {
        var reached = _waiters.FindAll(waiter => waiter.Count <= _armed.Count);
        _waiters.RemoveAll(reached.Contains);
        return reached;
    }

    private async Task WaitAsync(TimerWaiter waiter, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }
        }
    }
}
