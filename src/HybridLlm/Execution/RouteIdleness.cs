namespace HybridLlm.Execution;

/// <summary>How long nobody has used a route, and how often it was asked for a token meanwhile.</summary>
internal sealed class RouteIdleness(TimeProvider time)
{
    private const int MostDoublings = 10;

    private long _since = time.GetTimestamp();
    private int _probes;

    /// <summary>Notes that the route has answered a caller.</summary>
    public void SeeUse()
    {
        Volatile.Write(ref _since, time.GetTimestamp());
        Volatile.Write(ref _probes, 0);
    }

    /// <summary>Notes that the route is asked for a token.</summary>
    public void SeeProbe()
    {
        Volatile.Write(ref _since, time.GetTimestamp());
        Interlocked.Increment(ref _probes);
    }

    /// <summary>Notes that the route cannot be asked now.</summary>
    public void Postpone() => Volatile.Write(ref _since, time.GetTimestamp());

    /// <summary>Tells whether the route is to be asked for a token.</summary>
    /// <param name="pause">The time without use after which it is.</param>
    /// <param name="doubles">
    /// Whether each further pause is twice as long: a backend that unloads models which nobody uses would otherwise keep this one for good.
    /// </param>
    public bool IsDue(TimeSpan pause, bool doubles)
    {
        var doublings = doubles ? Math.Clamp(Volatile.Read(ref _probes) - 1, 0, MostDoublings) : 0;
        return time.GetElapsedTime(Volatile.Read(ref _since)) >= pause * (1 << doublings);
    }
}
