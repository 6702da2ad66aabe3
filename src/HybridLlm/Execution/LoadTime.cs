namespace HybridLlm.Execution;

/// <summary>How long a model takes to be loaded, as calls have found that had to wait for it. Each new time moves the mean by a third, so that a changed disk or a larger quantization soon shows.</summary>
internal sealed class LoadTime
{
    private const double Share = 1.0 / 3;

    private readonly Lock _lock = new();
    private double _milliseconds = double.NaN;

    /// <summary>Gets the usual time; <see langword="null"/> while nobody has waited for it.</summary>
    public TimeSpan? Usual => Volatile.Read(ref _milliseconds) is var usual && double.IsNaN(usual) ? null : TimeSpan.FromMilliseconds(usual);

    /// <summary>Takes the time that passed until the first content of an answer whose model was not in memory.</summary>
    /// <param name="untilFirstContent">The time.</param>
    /// <param name="usually">The time until the first content when the model is in memory.</param>
    public void See(TimeSpan untilFirstContent, TimeSpan usually)
    {
        var load = Math.Max(0, (untilFirstContent - usually).TotalMilliseconds);
        lock (_lock)
        {
            Volatile.Write(ref _milliseconds, double.IsNaN(_milliseconds) ? load : _milliseconds + (Share * (load - _milliseconds)));
        }
    }
}
