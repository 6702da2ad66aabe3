namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>How long to wait before a dead server is started again: doubling, bounded, forgiven after a stable run.</summary>
internal sealed class RestartBackoff(TimeSpan initial, TimeSpan maximum, TimeSpan stableAfter)
{
    /// <summary>Gets how many runs in a row ended before they counted as stable.</summary>
    public int Failures { get; private set; }

    /// <summary>Counts a run that ended.</summary>
    /// <param name="answeredFor">How long the server answered; zero when it never did.</param>
    /// <returns>How long to wait before the next.</returns>
    public TimeSpan Next(TimeSpan answeredFor)
    {
        Failures = answeredFor >= stableAfter ? 1 : Failures + 1;
        var doublings = Math.Min(Failures - 1, 30);
        var ticks = Math.Min(initial.Ticks * Math.Pow(2, doublings), maximum.Ticks);
        return TimeSpan.FromTicks((long)ticks);
    }
}
