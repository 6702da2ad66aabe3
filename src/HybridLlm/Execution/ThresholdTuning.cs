using System.Globalization;

namespace HybridLlm.Execution;

/// <summary>How experience moves the escalation threshold of a task, and the number of escalations.</summary>
/// <remarks>
/// The threshold rises with each answer that was kept and turned out bad, and falls a little with each that turned out good: it comes to rest where about one kept
/// answer in forty is bad. Escalations that were for nothing lower it, prompts that come again raise it.
/// </remarks>
internal sealed class ThresholdTuning
{
    /// <summary>How far the threshold moves at most, up or down.</summary>
    public const double Furthest = 0.2;

    /// <summary>The rating from which on an answer was good.</summary>
    public const double GoodRating = 0.5;

    private const double Lowest = 0.05;
    private const double Highest = 0.98;

    private const double StepOfBad = 0.04;
    private const double StepOfGood = 0.001;
    private const double StepOfNothing = 0.005;
    private const double StepOfRepeat = 0.02;
    private const double StepOfCheck = 0.01;

    /// <summary>The share of escalated answers that are bad all the same, from which one more step is worth trying, and below which it is not.</summary>
    private const double ManyBad = 0.3;
    private const double FewBad = 0.15;
    private const double BadDecay = 0.9;
    private const int FewestRated = 10;

    /// <summary>Changes smaller than this are not worth a line in the log.</summary>
    private const double WorthTelling = 0.05;

    private readonly Lock _lock = new();
    private double _offset;
    private double _told;
    private double _badEscalated;
    private int _ratedEscalated;
    private int _extra;
    private int _bad;
    private int _repeats;
    private int _failedChecks;
    private int _forNothing;

    /// <summary>Gets how many more stronger models a request may ask: 0 or 1.</summary>
    public int ExtraEscalations => Volatile.Read(ref _extra);

    /// <summary>Moves a configured threshold.</summary>
    public double Apply(double configured)
    {
        lock (_lock)
        {
            return Math.Clamp(configured + _offset, Math.Min(configured, Lowest), Math.Max(configured, Highest));
        }
    }

    /// <summary>Says why the threshold is where it is; <see langword="null"/> while it has hardly moved.</summary>
    public string? Explain()
    {
        lock (_lock)
        {
            return Math.Abs(_offset) < StepOfRepeat && _extra == 0 ? null : Words();
        }
    }

    public string? KeptWasRated(double rating)
    {
        lock (_lock)
        {
            _bad += rating < GoodRating ? 1 : 0;
            return Move(rating < GoodRating ? StepOfBad : -StepOfGood);
        }
    }

    public string? EscalatedWasRated(double rating)
    {
        lock (_lock)
        {
            _ratedEscalated++;
            _badEscalated = (_badEscalated * BadDecay) + ((1 - BadDecay) * (rating < GoodRating ? 1 : 0));
            var extra = _ratedEscalated < FewestRated ? 0 : _badEscalated > ManyBad ? 1 : _badEscalated < FewBad ? 0 : _extra;
            if (extra == _extra)
            {
                return null;
            }

            _extra = extra;
            return Words();
        }
    }

    public string? StrongerSaidTheSame()
    {
        lock (_lock)
        {
            _forNothing++;
            return Move(-StepOfNothing);
        }
    }

    public string? PromptCameAgain()
    {
        lock (_lock)
        {
            _repeats++;
            return Move(StepOfRepeat);
        }
    }

    public string? CheckFailed()
    {
        lock (_lock)
        {
            _failedChecks++;
            return Move(StepOfCheck);
        }
    }

    private string? Move(double step)
    {
        _offset = Math.Clamp(_offset + step, -Furthest, Furthest);
        if (Math.Abs(_offset - _told) < WorthTelling)
        {
            return null;
        }

        _told = _offset;
        return Words();
    }

    private string Words() => string.Create(
        CultureInfo.InvariantCulture,
        $"threshold moved by {_offset:+0.00;-0.00;0.00}{(_extra > 0 ? ", one escalation more" : "")} (kept answers that were bad: {_bad}, prompts that came again: {_repeats}, failed checks: {_failedChecks}, escalations for nothing: {_forNothing})");
}
