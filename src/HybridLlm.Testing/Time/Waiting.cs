namespace HybridLlm.Testing.Time;

/// <summary>Waits on a simulator's clock.</summary>
internal static class Waiting
{
    /// <summary>Waits for a time; not at all for zero.</summary>
    public static Task WaitAsync(this TimeProvider clock, TimeSpan time, CancellationToken cancellationToken)
    {
        if (time == TimeSpan.Zero)
        {
            return Task.CompletedTask;
        }

        // Timers take whole milliseconds and drop the rest; half a millisecond must not become none.
        var whole = time == Timeout.InfiniteTimeSpan ? time : TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds));
        return Task.Delay(whole, clock, cancellationToken);
    }
}
