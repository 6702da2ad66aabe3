namespace HybridLlm;

/// <summary>Outcomes of a group, added up. Everything is a count or a sum, so that totals can be added to totals. Not safe for concurrent use.</summary>
public sealed class OutcomeTotals
{
    // As in learning: a longer duration or a faster pace is a fault of a clock, and one such value would swamp a mean.
    private const double LongestMs = 30.0 * 24 * 60 * 60 * 1000;
    private const double FastestTokensPerSecond = 1e9;

    /// <summary>From here on two answers say the same: a stronger model was asked in vain.</summary>
    private const double SameAnswer = 0.9;

    /// <summary>Below it a rating says that the answer was of no use.</summary>
    private const double RejectedBelow = 0.5;

    /// <summary>The shortest duration that a logarithm is taken of, in milliseconds.</summary>
    private const double ShortestMs = 0.125;

    /// <summary>Gets what the outcomes have in common.</summary>
    public required OutcomeGroup Group { get; init; }

    /// <summary>Gets or sets how many attempts succeeded.</summary>
    public long Succeeded { get; set; }

    /// <summary>Gets or sets how many attempts failed.</summary>
    public long Failed { get; set; }

    /// <summary>Gets or sets how many attempts were answered, but not believed in.</summary>
    public long Escalated { get; set; }

    /// <summary>Gets or sets how many attempts were given up because their answer was not needed any more.</summary>
    public long Cancelled { get; set; }

    /// <summary>Gets or sets how many answers came from a cache.</summary>
    public long Cached { get; set; }

    /// <summary>Gets or sets how many succeeded, failed and escalated attempts were made because another model had failed.</summary>
    public long Fallbacks { get; set; }

    /// <summary>Gets or sets how many ratings there are. A second rating of an answer counts as well.</summary>
    public long Ratings { get; set; }

    /// <summary>Gets or sets the sum of the ratings.</summary>
    public double RatingSum { get; set; }

    /// <summary>Gets or sets the sum of the squares of the ratings.</summary>
    public double RatingSquares { get; set; }

    /// <summary>Gets or sets how many ratings are below 0.5.</summary>
    public long Rejected { get; set; }

    /// <summary>Gets or sets of how many escalated attempts it is known how far the stronger model said the same: their <see cref="CallOutcome.Rating"/>.</summary>
    public long Compared { get; set; }

    /// <summary>Gets or sets the sum over the compared ones of how far the stronger model said the same, 0 to 1 each.</summary>
    public double AgreementSum { get; set; }

    /// <summary>Gets or sets with how many compared ones the stronger model disagreed (below 0.9), so that asking it was right.</summary>
    public long Disagreed { get; set; }

    /// <summary>Gets how long the succeeded attempts took.</summary>
    public LatencyDistribution Latency { get; init; } = new();

    /// <summary>Gets or sets the sum of the durations in <see cref="Latency"/>, in milliseconds.</summary>
    public double LatencySum { get; set; }

    /// <summary>Gets or sets the sum of their natural logarithms (of milliseconds, those of shorter ones than 0.125 ms as of 0.125 ms).</summary>
    public double LogLatencySum { get; set; }

    /// <summary>Gets or sets the sum of the squares of these logarithms.</summary>
    public double LogLatencySquares { get; set; }

    /// <summary>Gets or sets of how many succeeded attempts the time to the first token is known.</summary>
    public long FirstTokens { get; set; }

    /// <summary>Gets or sets the sum of these times, in milliseconds.</summary>
    public double FirstTokenSum { get; set; }

    /// <summary>Gets or sets of how many succeeded attempts the pace is known.</summary>
    public long Paces { get; set; }

    /// <summary>Gets or sets the sum of their paces, in tokens per second.</summary>
    public double PaceSum { get; set; }

    /// <summary>Gets or sets the tokens of the prompts of all attempts, as far as they are known.</summary>
    public long InputTokens { get; set; }

    /// <summary>Gets or sets the tokens of the answers of all attempts, as far as they are known.</summary>
    public long OutputTokens { get; set; }

    /// <summary>Gets or sets of how many succeeded and escalated attempts the tokens of the prompt or those of the answer are not known.</summary>
    public long Unmetered { get; set; }

    /// <summary>Gets or sets how long all attempts took together, in milliseconds.</summary>
    public double BusyMs { get; set; }

    /// <summary>Gets or sets how long those took together whose answer was not used: failed, escalated and cancelled ones, in milliseconds.</summary>
    public double LostMs { get; set; }

    /// <summary>Gets or sets the time of the earliest outcome; <see langword="null"/> when there is none.</summary>
    public DateTimeOffset? First { get; set; }

    /// <summary>Gets or sets the time of the latest outcome; <see langword="null"/> when there is none.</summary>
    public DateTimeOffset? Last { get; set; }

    /// <summary>Gets how many attempts there are that say something about the model: succeeded, failed and escalated ones.</summary>
    public long Attempts => Succeeded + Failed + Escalated;

    /// <summary>Adds an outcome. Whether it belongs to the group is up to the caller.</summary>
    /// <param name="outcome">The outcome. A value that cannot be (not a number, negative, longer than a month) is left out of its sum.</param>
    public void Add(CallOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        First = First <= outcome.Timestamp ? First : outcome.Timestamp;
        Last = Last >= outcome.Timestamp ? Last : outcome.Timestamp;
        switch (outcome.Status)
        {
            case OutcomeStatus.Rated:
                AddRating(outcome.Rating);
                break;
            case OutcomeStatus.Cached:
                Cached++;
                break;
            case OutcomeStatus.Shadowed:
                // Its request is counted where it was answered.
                break;
            default:
                AddAttempt(outcome);
                break;
        }
    }

    /// <summary>Adds other totals.</summary>
    /// <param name="other">The other ones, of whatever group.</param>
    public void Add(OutcomeTotals other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Succeeded += other.Succeeded;
        Failed += other.Failed;
        Escalated += other.Escalated;
        Cancelled += other.Cancelled;
        Cached += other.Cached;
        Fallbacks += other.Fallbacks;
        Ratings += other.Ratings;
        RatingSum += other.RatingSum;
        RatingSquares += other.RatingSquares;
        Rejected += other.Rejected;
        Compared += other.Compared;
        AgreementSum += other.AgreementSum;
        Disagreed += other.Disagreed;
        Latency.Add(other.Latency);
        LatencySum += other.LatencySum;
        LogLatencySum += other.LogLatencySum;
        LogLatencySquares += other.LogLatencySquares;
        FirstTokens += other.FirstTokens;
        FirstTokenSum += other.FirstTokenSum;
        Paces += other.Paces;
        PaceSum += other.PaceSum;
        InputTokens += other.InputTokens;
        OutputTokens += other.OutputTokens;
        Unmetered += other.Unmetered;
        BusyMs += other.BusyMs;
        LostMs += other.LostMs;
        First = other.First is null || First <= other.First ? First : other.First;
        Last = other.Last is null || Last >= other.Last ? Last : other.Last;
    }

    // Comparisons with what is not a number are false.
    private static bool IsDuration(double milliseconds) => milliseconds is >= 0 and <= LongestMs;

    private void AddRating(double? value)
    {
        if (value is >= 0 and <= 1 and var rating)
        {
            Ratings++;
            RatingSum += rating;
            RatingSquares += rating * rating;
            Rejected += rating < RejectedBelow ? 1 : 0;
        }
    }

    private void AddAttempt(CallOutcome outcome)
    {
        var duration = IsDuration(outcome.DurationMs) ? outcome.DurationMs : 0;
        BusyMs += duration;
        LostMs += outcome.Status == OutcomeStatus.Succeeded ? 0 : duration;
        InputTokens += Math.Max(0, outcome.InputTokens ?? 0);
        OutputTokens += Math.Max(0, outcome.OutputTokens ?? 0);
        Fallbacks += outcome is { IsFallback: true, Status: not OutcomeStatus.Cancelled } ? 1 : 0;
        switch (outcome.Status)
        {
            case OutcomeStatus.Succeeded:
                Succeeded++;
                AddMeasurements(outcome);
                break;
            case OutcomeStatus.Failed:
                Failed++;
                return;
            case OutcomeStatus.Cancelled:
                Cancelled++;
                return;
            case OutcomeStatus.Escalated:
                Escalated++;
                AddAgreement(outcome.Rating);
                break;
            default:
                return;
        }

        Unmetered += outcome.InputTokens is null || outcome.OutputTokens is null ? 1 : 0;
    }

    private void AddAgreement(double? value)
    {
        if (value is >= 0 and <= 1 and var agreement)
        {
            Compared++;
            AgreementSum += agreement;
            Disagreed += agreement < SameAnswer ? 1 : 0;
        }
    }

    private void AddMeasurements(CallOutcome outcome)
    {
        if (IsDuration(outcome.DurationMs))
        {
            var logarithm = Math.Log(Math.Max(outcome.DurationMs, ShortestMs));
            Latency.Add(outcome.DurationMs);
            LatencySum += outcome.DurationMs;
            LogLatencySum += logarithm;
            LogLatencySquares += logarithm * logarithm;
        }

        if (outcome.TimeToFirstTokenMs is { } first && IsDuration(first))
        {
            FirstTokens++;
            FirstTokenSum += first;
        }

        if (outcome.TokensPerSecond is > 0 and <= FastestTokensPerSecond and var pace)
        {
            Paces++;
            PaceSum += pace;
        }
    }
}
