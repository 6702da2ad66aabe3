using HybridLlm.Metrics.Sharing;
using HybridLlm.Metrics.Sums;

namespace HybridLlm.Metrics;

/// <summary>The decayed statistics of one cell. Writers hold the lock of the cell; readers take no lock and never wait.</summary>
/// <remarks>
/// Two snapshots take turns. A writer fills the one that is not published and then publishes it by raising the version; the
/// lowest bit of the version says which of the two it is. A reader copies the published one and takes the copy when the
/// version has not moved meanwhile: the snapshot that it copied is filled again only after the next version is out. So a
/// writer that the system suspends half-way holds up nobody, and a reader tries again only when a writer has finished.
/// </remarks>
internal sealed class DecayedStatistics
{
    // Longer than any timeout that makes sense: a longer duration is a fault of a clock, and one such value would swamp an average.
    private const double LongestMs = 30.0 * 24 * 60 * 60 * 1000;
    private const double FastestTokensPerSecond = 1e9;

    private readonly double _decay;
    private readonly LatencyHistogram _latencies;
    private MovingAverage _latency;
    private MovingAverage _timeToFirstToken;
    private MovingAverage _tokensPerSecond;
    private MovingAverage _outputTokens;
    private MovingAverage _rating;
    private double _evidence;
    private double _successMass;
    private long _total;
    private long _successes;
    private long _ratings;
    private long _lastUsedTicks;
    private OthersShare? _others;

    private StatisticsSnapshot _even = new() { Rating = double.NaN };
    private StatisticsSnapshot _odd;
    private int _version;

    /// <param name="halfLife">The number of calls after which the weight of a call has halved; 1 or more.</param>
    public DecayedStatistics(double halfLife)
    {
        _decay = Math.Exp(-Math.Log(2) / halfLife);
        _latencies = new LatencyHistogram(halfLife);
    }

    /// <summary>Reads the published snapshot; safe on any thread.</summary>
    /// <param name="snapshot">The snapshot: large, so it is copied once.</param>
    public void Read(out StatisticsSnapshot snapshot)
    {
        int version;
        do
        {
            version = Volatile.Read(ref _version);
            snapshot = (version & 1) == 0 ? _even : _odd;
            Volatile.ReadBarrier();
        }
        while (version != Volatile.Read(ref _version));
    }

    /// <summary>Reads the part of the published snapshot that choices look at; safe on any thread.</summary>
    public Measurement Measure()
    {
        Measurement measurement;
        int version;
        do
        {
            version = Volatile.Read(ref _version);
            ref readonly var snapshot = ref (version & 1) == 0 ? ref _even : ref _odd;
            measurement = new(snapshot.Evidence, snapshot.SuccessRate, snapshot.Rating, snapshot.LatencyMs, snapshot.TokensPerSecond)
            {
                TimeToFirstTokenMs = snapshot.TimeToFirstTokenMs,
                OutputTokens = snapshot.OutputTokens,
            };
            Volatile.ReadBarrier();
        }
        while (version != Volatile.Read(ref _version));
        return measurement;
    }

    /// <summary>Takes an attempt. The caller holds the lock.</summary>
    public void Add(CallOutcome outcome)
    {
        _lastUsedTicks = Math.Max(_lastUsedTicks, outcome.Timestamp.UtcTicks);
        if (outcome.Status is OutcomeStatus.Succeeded or OutcomeStatus.Failed or OutcomeStatus.Escalated)
        {
            _total++;
            _evidence = (_evidence * _decay) + 1;
            _successMass = (_successMass * _decay) + (outcome.Status == OutcomeStatus.Escalated && outcome.Rating is >= 0 and <= 1 ? outcome.Rating.Value : 0);
            if (outcome.Status == OutcomeStatus.Succeeded)
            {
                _successes++;
                _successMass++;
                AddMeasurements(outcome);
            }
        }

        Publish();
    }

    /// <summary>Counts attempts that weigh nothing any more. The caller holds the lock.</summary>
    public void Credit(CellCount count)
    {
        _total += count.Attempts;
        _successes += count.Successes;
        _lastUsedTicks = Math.Max(_lastUsedTicks, count.LastTicks);
        Publish();
    }

    /// <summary>Takes a user's rating, or replaces the one that the mark remembers. The caller holds the lock.</summary>
    /// <param name="mark">What was taken of earlier ratings of the same request; <see langword="default"/> for the first.</param>
    /// <param name="rating">The rating, 0 to 1.</param>
    public void Rate(ref RatingMark mark, double rating)
    {
        if (mark.Ordinal == 0)
        {
            _rating.Add(rating, _decay);
            mark.Ordinal = ++_ratings;
            mark.TotalThen = _total;
        }
        else
        {
            _rating.Correct(rating - mark.Rating, Math.Pow(_decay, _ratings - mark.Ordinal));
        }

        mark.Rating = rating;
        var weight = Math.Pow(_decay, _total - mark.TotalThen);
        if (rating < PerformanceTracker.FailureBelowRating)
        {
            if (!mark.IsFailure)
            {
                // Never more than there is: the success may have been recorded before the history begins.
                var taken = Math.Min(weight, _successMass);
                _successMass -= taken;
                mark.Taken = taken / weight;
                mark.IsFailure = true;
            }
        }
        else if (mark.IsFailure)
        {
            _successMass = Math.Min(_evidence, _successMass + (mark.Taken * weight));
            mark.IsFailure = false;
        }

        Publish();
    }

    /// <summary>Sets what other runs learned, which readers see added to what was learned here. The caller holds the lock.</summary>
    public void Share(OthersShare? others)
    {
        _others = others;
        Publish();
    }

    /// <summary>Gets what was learned here, without others. The caller holds the lock.</summary>
    public LearnedCell Export(string model, string taskType) => new()
    {
        Model = model,
        TaskType = taskType,
        LastUsed = _lastUsedTicks == 0 ? null : new DateTimeOffset(_lastUsedTicks, TimeSpan.Zero),
        Total = _total,
        Successes = _successes,
        Evidence = _evidence,
        SuccessMass = _successMass,
        LatencySum = _latency.Sum,
        LatencyWeight = _latency.Weight,
        FirstTokenSum = _timeToFirstToken.Sum,
        FirstTokenWeight = _timeToFirstToken.Weight,
        PaceSum = _tokensPerSecond.Sum,
        PaceWeight = _tokensPerSecond.Weight,
        OutputTokenSum = _outputTokens.Sum,
        OutputTokenWeight = _outputTokens.Weight,
        RatingSum = _rating.Sum,
        RatingWeight = _rating.Weight,
    };

    /// <summary>Gets how many attempts came after the one that a mark remembers. The caller holds the lock.</summary>
    public long CallsSince(in RatingMark mark) => _total - mark.TotalThen;

    private void AddMeasurements(CallOutcome outcome)
    {
        if (IsDuration(outcome.DurationMs))
        {
            _latency.Add(outcome.DurationMs, _decay);
            _latencies.Add(outcome.DurationMs);
        }

        if (outcome.TimeToFirstTokenMs is { } first && IsDuration(first))
        {
            _timeToFirstToken.Add(first, _decay);
        }

        if (outcome.OutputTokens is > 0 and var tokens)
        {
            _outputTokens.Add(tokens, _decay);
        }

        if (outcome.TokensPerSecond is > 0 and <= FastestTokensPerSecond and var speed)
        {
            _tokensPerSecond.Add(speed, _decay);
        }
    }

    // Comparisons with what is not a number are false.
    private static bool IsDuration(double milliseconds) => milliseconds is >= 0 and <= LongestMs;

    private void Publish()
    {
        // Nothing may be written to the older snapshot before readers can see that it is the older one.
        Volatile.WriteBarrier();
        Fill(ref (_version & 1) == 0 ? ref _odd : ref _even);
        Volatile.Write(ref _version, _version + 1);
    }

    private void Fill(ref StatisticsSnapshot snapshot)
    {
        snapshot.Total = _total;
        snapshot.Successes = _successes;
        snapshot.Evidence = _evidence;
        snapshot.SuccessRate = _evidence > 0 ? _successMass / _evidence : 0;
        snapshot.LatencyMs = _latency.Value ?? 0;
        snapshot.LatencyP50Ms = _latencies.P50;
        snapshot.LatencyP95Ms = _latencies.P95;
        snapshot.LatencyP99Ms = _latencies.P99;
        snapshot.TimeToFirstTokenMs = _timeToFirstToken.Value ?? 0;
        snapshot.TokensPerSecond = _tokensPerSecond.Value ?? 0;
        snapshot.OutputTokens = _outputTokens.Value ?? 0;
        snapshot.Rating = _rating.Value ?? double.NaN;
        snapshot.LastUsedTicks = _lastUsedTicks;
        if (_others is not null)
        {
            AddOthers(ref snapshot, _others);
        }
    }

    // Percentiles stay those of this run: they cannot be added up.
    private void AddOthers(ref StatisticsSnapshot snapshot, OthersShare others)
    {
        var evidence = _evidence + others.Evidence;
        snapshot.Total += others.Total;
        snapshot.Successes += others.Successes;
        snapshot.Evidence = evidence;
        snapshot.SuccessRate = evidence > 0 ? (_successMass + others.SuccessMass) / evidence : 0;
        snapshot.LatencyMs = _latency.Plus(others.Latency).Value ?? 0;
        snapshot.TimeToFirstTokenMs = _timeToFirstToken.Plus(others.FirstToken).Value ?? 0;
        snapshot.TokensPerSecond = _tokensPerSecond.Plus(others.Pace).Value ?? 0;
        snapshot.OutputTokens = _outputTokens.Plus(others.OutputTokens).Value ?? 0;
        snapshot.Rating = _rating.Plus(others.Rating).Value ?? double.NaN;
        snapshot.LastUsedTicks = Math.Max(_lastUsedTicks, others.LastUsedTicks);
    }
}
