namespace HybridLlm.Testing.Tests;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.FromHours(2)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_clock_stands_still_until_it_is_moved()
    {
        var start = _clock.GetUtcNow();
        var stamp = _clock.GetTimestamp();

        Assert.Equal(new DateTimeOffset(2031, 5, 6, 5, 8, 9, TimeSpan.Zero), start);
        Assert.Equal(start, _clock.GetUtcNow());

        _clock.Advance(TimeSpan.FromMilliseconds(1500.5));

        Assert.Equal(start + TimeSpan.FromMilliseconds(1500.5), _clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromMilliseconds(1500.5), _clock.GetElapsedTime(stamp));
        Assert.Equal(TimeSpan.FromMilliseconds(1500.5), _clock.Elapsed);
        Assert.Equal(TimeSpan.Zero, _clock.GetLocalNow().Offset);
    }

    [Fact]
    public void Advance_refuses_to_go_back() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromTicks(-1)));

    [Fact]
    public void The_wall_clock_jumps_without_touching_timers_and_timestamps()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        var (now, stamp) = (_clock.GetUtcNow(), _clock.GetTimestamp());

        _clock.AdjustWallClock(TimeSpan.FromHours(-3));

        Assert.Equal(now - TimeSpan.FromHours(3), _clock.GetUtcNow());
        Assert.Equal(stamp, _clock.GetTimestamp());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void Timers_fire_in_the_order_in_which_they_fall_due_and_see_that_moment()
    {
        List<(string Name, TimeSpan At)> fired = [];
        ITimer Arm(string name, int seconds) =>
            _clock.CreateTimer(_ => fired.Add((name, _clock.Elapsed)), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);

        using var late = Arm("late", 9);
        using var first = Arm("first", 3);
        using var second = Arm("second", 3);
        using var beyond = Arm("beyond", 11);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal([("first", Seconds(3)), ("second", Seconds(3)), ("late", Seconds(9))], fired);
        Assert.Equal(Seconds(10), _clock.Elapsed);
        Assert.Equal(Seconds(1), _clock.UntilNextTimer);
        Assert.Equal(1, _clock.ActiveTimers);
    }

    [Fact]
    public void A_timer_is_not_due_a_tick_too_early()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.Equal(0, fired);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_periodic_timer_fires_for_every_period_it_passes()
    {
        List<TimeSpan> fired = [];
        using var timer = _clock.CreateTimer(_ => fired.Add(_clock.Elapsed), null, Seconds(5), Seconds(2));

        _clock.Advance(Seconds(10));

        Assert.Equal([Seconds(5), Seconds(7), Seconds(9)], fired);
        Assert.Equal(Seconds(1), _clock.UntilNextTimer);
    }

    [Fact]
    public void A_period_of_zero_fires_once_as_with_the_system_clock()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, Seconds(1), TimeSpan.Zero);

        _clock.Advance(Seconds(5));

        Assert.Equal(1, fired);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public void A_due_time_of_zero_fires_at_once_and_keeps_the_period()
    {
        List<TimeSpan> fired = [];
        using var timer = _clock.CreateTimer(_ => fired.Add(_clock.Elapsed), null, TimeSpan.Zero, Seconds(3));

        Assert.Equal([TimeSpan.Zero], fired);
        _clock.Advance(Seconds(3));
        Assert.Equal([TimeSpan.Zero, Seconds(3)], fired);
    }

    [Fact]
    public void Change_moves_disarms_and_rearms_a_timer()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, Seconds(1), Timeout.InfiniteTimeSpan);

        Assert.True(timer.Change(Seconds(4), Timeout.InfiniteTimeSpan));
        _clock.Advance(Seconds(3));
        Assert.Equal(0, fired);
        _clock.Advance(Seconds(1));
        Assert.Equal(1, fired);

        Assert.True(timer.Change(Seconds(1), Seconds(1)));
        Assert.True(timer.Change(Timeout.InfiniteTimeSpan, Seconds(1)));
        _clock.Advance(Seconds(10));
        Assert.Equal(1, fired);
        Assert.Equal(0, _clock.ActiveTimers);

        Assert.True(timer.Change(Seconds(1), Timeout.InfiniteTimeSpan));
        _clock.Advance(Seconds(1));
        Assert.Equal(2, fired);
    }

    [Fact]
    public void A_disposed_timer_never_fires_and_cannot_be_changed()
    {
        var fired = 0;
        var timer = _clock.CreateTimer(_ => fired++, null, Seconds(1), Seconds(1));
        timer.Dispose();
        timer.Dispose();

        Assert.False(timer.Change(Seconds(1), Seconds(1)));
        _clock.Advance(Seconds(10));

        Assert.Equal(0, fired);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public void A_timer_disposed_by_an_earlier_callback_does_not_fire()
    {
        var fired = 0;
        ITimer? second = null;
        using var first = _clock.CreateTimer(_ => second!.Dispose(), null, Seconds(1), Timeout.InfiniteTimeSpan);
        second = _clock.CreateTimer(_ => fired++, null, Seconds(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(Seconds(1));

        Assert.Equal(0, fired);
    }

    [Fact]
    public async Task DisposeAsync_waits_for_a_running_callback()
    {
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        var timer = _clock.CreateTimer(
            _ =>
            {
                entered.Set();
                leave.Wait(Token);
            },
            null,
            Seconds(1),
            Timeout.InfiniteTimeSpan);
        var advance = Task.Run(() => _clock.Advance(Seconds(1)), Token);
        entered.Wait(Token);

        var disposal = timer.DisposeAsync();
        Assert.False(disposal.IsCompleted);
        leave.Set();

        await disposal;
        await advance;
    }

    [Fact]
    public void A_callback_can_arm_timers_that_fire_in_the_same_advance()
    {
        List<TimeSpan> fired = [];
        ITimer? inner = null;
        using var outer = _clock.CreateTimer(
            _ => inner = _clock.CreateTimer(_ => fired.Add(_clock.Elapsed), null, Seconds(2), Timeout.InfiniteTimeSpan),
            null,
            Seconds(1),
            Timeout.InfiniteTimeSpan);

        _clock.Advance(Seconds(5));

        Assert.Equal([Seconds(3)], fired);
        inner!.Dispose();
    }

    [Fact]
    public void An_advance_from_a_callback_adds_up()
    {
        using var timer = _clock.CreateTimer(_ => _clock.Advance(Seconds(5)), null, Seconds(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(Seconds(10));

        Assert.Equal(Seconds(15), _clock.Elapsed);
    }

    [Fact]
    public void An_exception_of_a_callback_leaves_advance_and_the_rest_fires_later()
    {
        var fired = 0;
        using var bad = _clock.CreateTimer(_ => throw new InvalidOperationException("boom"), null, Seconds(1), Timeout.InfiniteTimeSpan);
        using var good = _clock.CreateTimer(_ => fired++, null, Seconds(2), Timeout.InfiniteTimeSpan);

        Assert.Throws<InvalidOperationException>(() => _clock.Advance(Seconds(10)));
        Assert.Equal(Seconds(1), _clock.Elapsed);
        _clock.Advance(Seconds(1));

        Assert.Equal(1, fired);
        Assert.Equal(Seconds(2), _clock.Elapsed);
    }

    [Fact]
    public void A_callback_sees_the_async_locals_of_the_code_that_made_the_timer()
    {
        var local = new AsyncLocal<string> { Value = "maker" };
        string? seen = null;
        using var timer = _clock.CreateTimer(_ => seen = local.Value, null, Seconds(1), Timeout.InfiniteTimeSpan);
        local.Value = "advancer";

        _clock.Advance(Seconds(1));

        Assert.Equal("maker", seen);
        Assert.Equal("advancer", local.Value);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(0xffffffffL)]
    public void Durations_that_the_system_clock_refuses_are_refused(long milliseconds)
    {
        var duration = TimeSpan.FromMilliseconds(milliseconds);
        using var timer = _clock.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        Assert.Throws<ArgumentOutOfRangeException>("dueTime", () => timer.Change(duration, Timeout.InfiniteTimeSpan));
        Assert.Throws<ArgumentOutOfRangeException>("period", () => timer.Change(Seconds(1), duration));
        using var system = TimeProvider.System.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Assert.Throws<ArgumentOutOfRangeException>("dueTime", () => system.Change(duration, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task Task_delay_and_cancellation_run_on_the_clock()
    {
        var delay = Task.Delay(Seconds(30), _clock, Token);
        using var deadline = new CancellationTokenSource(Seconds(31), _clock);
        var late = Task.Delay(Seconds(90), _clock, deadline.Token);

        _clock.Advance(Seconds(30));
        await delay;
        Assert.False(deadline.IsCancellationRequested);

        _clock.Advance(Seconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
    }

    [Fact]
    public async Task WaitForTimers_completes_when_the_code_under_test_has_armed_its_timer()
    {
        var waiting = _clock.WaitForTimersAsync(2, Token);
        using var first = _clock.CreateTimer(static _ => { }, null, Seconds(1), Timeout.InfiniteTimeSpan);
        Assert.False(waiting.IsCompleted);
        using var second = _clock.CreateTimer(static _ => { }, null, Seconds(2), Timeout.InfiniteTimeSpan);

        await waiting;
        await _clock.WaitForTimersAsync(1, Token);
    }

    [Fact]
    public async Task WaitForTimers_can_be_canceled()
    {
        using var canceled = new CancellationTokenSource();
        var waiting = _clock.WaitForTimersAsync(1, canceled.Token);

        await canceled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void AdvanceToNextTimer_stops_at_the_timer()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, Seconds(7), Timeout.InfiniteTimeSpan);

        Assert.True(_clock.AdvanceToNextTimer());

        Assert.Equal(1, fired);
        Assert.Equal(Seconds(7), _clock.Elapsed);
        Assert.False(_clock.AdvanceToNextTimer());
    }

    [Fact]
    public async Task Advances_of_several_threads_add_up_and_fire_every_timer_once()
    {
        const int Threads = 4, Steps = 250;
        var fired = 0;
        var timers = Enumerable.Range(1, Threads * Steps)
            .Select(i => _clock.CreateTimer(_ => Interlocked.Increment(ref fired), null, TimeSpan.FromMilliseconds(i), Timeout.InfiniteTimeSpan))
            .ToList();

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(
            () =>
            {
                for (var i = 0; i < Steps; i++)
                {
                    _clock.Advance(TimeSpan.FromMilliseconds(1));
                }
            },
            Token)));

        Assert.Equal(TimeSpan.FromMilliseconds(Threads * Steps), _clock.Elapsed);
        Assert.Equal(Threads * Steps, fired);
        timers.ForEach(static timer => timer.Dispose());
    }

    [Fact]
    public void Random_armings_fire_as_a_sorted_list_says()
    {
        var random = new Random(20_301);
        List<(long Due, int Order)> expected = [];
        List<int> fired = [];
        List<ITimer> timers = [];
        for (var order = 0; order < 500; order++)
        {
            var id = order;
            var due = random.Next(1, 100);
            expected.Add((due, order));
            timers.Add(_clock.CreateTimer(_ => fired.Add(id), null, TimeSpan.FromTicks(due), Timeout.InfiniteTimeSpan));
        }

        while (_clock.ActiveTimers > 0)
        {
            _clock.Advance(TimeSpan.FromTicks(random.Next(0, 9)));
        }

        Assert.Equal(expected.Order().Select(static timer => timer.Order), fired);
        timers.ForEach(static timer => timer.Dispose());
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
