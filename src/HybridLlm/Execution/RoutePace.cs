namespace HybridLlm.Execution;

/// <summary>
/// What pace a model is used to: the time to its first content and the pauses between pieces, as smoothed mean and deviation.
/// The estimator is the one that TCP uses for round trips (RFC 6298): it follows changes and widens when times vary.
/// </summary>
internal sealed class RoutePace
{
    private readonly Lock _lock = new();
    private Estimate _firstContent;
    private Estimate _pause;
    private double _inputTokens;

    /// <summary>Gets how many first contents have been seen.</summary>
    public int Samples => Volatile.Read(ref _firstContent.Count);

    /// <summary>Gets the mean time to the first content; 0 before one has been seen.</summary>
    public TimeSpan MeanFirstContent
    {
        get
        {
            lock (_lock)
            {
                return TimeSpan.FromMilliseconds(_firstContent.Mean);
            }
        }
    }

    public void SeeFirstContent(TimeSpan time, int inputTokens)
    {
        lock (_lock)
        {
            _inputTokens = _firstContent.Count == 0 ? inputTokens : _inputTokens + ((inputTokens - _inputTokens) / 8);
            _firstContent.Add(time.TotalMilliseconds);
        }
    }

    public void SeePause(TimeSpan longest)
    {
        lock (_lock)
        {
            _pause.Add(longest.TotalMilliseconds);
        }
    }

    /// <summary>Gets the time within which the first content usually comes. Reading a longer prompt is granted proportionally more.</summary>
    public TimeSpan UsualFirstContent(int inputTokens)
    {
        lock (_lock)
        {
            var longer = _inputTokens > 0 ? Math.Max(1, inputTokens / _inputTokens) : 1;
            return TimeSpan.FromMilliseconds(_firstContent.Upper * longer);
        }
    }

    /// <summary>Gets how long a pause is granted: many times the longest that is usual, within bounds.</summary>
    public TimeSpan IdleBudget(TimeoutOptions timeouts)
    {
        const double Patience = 20;
        double upper;
        lock (_lock)
        {
            if (_pause.Count < 3)
            {
                return timeouts.Idle;
            }

            upper = _pause.Upper * Patience;
        }

        var minimum = timeouts.IdleMinimum < timeouts.Idle ? timeouts.IdleMinimum : timeouts.Idle;
        return TimeSpan.FromMilliseconds(Math.Clamp(upper, minimum.TotalMilliseconds, timeouts.Idle.TotalMilliseconds));
    }

    private struct Estimate
    {
        public int Count;
        private double _mean;
        private double _deviation;

        public readonly double Mean => _mean;

        public readonly double Upper => _mean + (4 * _deviation);

        public void Add(double value)
        {
            if (Count == 0)
            {
                (_mean, _deviation) = (value, value / 2);
            }
            else
            {
                _deviation += (Math.Abs(value - _mean) - _deviation) / 4;
                _mean += (value - _mean) / 8;
            }

            Count = Count == int.MaxValue ? Count : Count + 1;
        }
    }
}
