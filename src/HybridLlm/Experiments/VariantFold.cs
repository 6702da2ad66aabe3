namespace HybridLlm.Experiments;

/// <summary>Collects what requests came to with a variant, each request once.</summary>
/// <remarks>
/// The first word on a request stands: what is observed must not change afterwards, or looking at it early would be cheating. A repeated call or a second rating counts
/// for learning, not here.
/// </remarks>
internal sealed class VariantFold
{
    /// <summary>More than this says nothing new.</summary>
    public const int MostObservations = 1_000_000;

    private readonly HashSet<string> _called = new(StringComparer.Ordinal);
    private readonly HashSet<string> _rated = new(StringComparer.Ordinal);

    /// <summary>Gets what the first calls of requests came to.</summary>
    public List<Observation> Calls { get; } = [];

    /// <summary>Gets the first ratings of answers.</summary>
    public List<Observation> Ratings { get; } = [];

    /// <summary>Gets the number of requests that the variant answered: its exposures.</summary>
    public int Answers { get; private set; }

    /// <summary>Gets the number of requests whose first call failed.</summary>
    public int Failures { get; private set; }

    /// <summary>Gets the number of requests that were handed on to a stronger model.</summary>
    public int Escalations { get; private set; }

    public void Add(CallOutcome outcome)
    {
        switch (outcome.Status)
        {
            case OutcomeStatus.Rated when outcome.Rating is >= 0 and <= 1 and var rating && Takes(_rated, outcome):
                Ratings.Add(new(outcome.Timestamp, rating, null));
                break;
            case OutcomeStatus.Succeeded when Takes(_called, outcome):
                Answers++;
                Calls.Add(new(outcome.Timestamp, 1, outcome.DurationMs));
                break;
            case OutcomeStatus.Escalated when Takes(_called, outcome):
                Escalations++;
                Calls.Add(new(outcome.Timestamp, outcome.Rating is >= 0 and <= 1 and var agreement ? agreement : 0, outcome.DurationMs));
                break;
            case OutcomeStatus.Failed when Takes(_called, outcome):
                Failures++;
                Calls.Add(new(outcome.Timestamp, 0, null));
                break;
        }
    }

    /// <summary>Puts the observations in order of time.</summary>
    public void Complete()
    {
        Calls.Sort(static (a, b) => a.Time.CompareTo(b.Time));
        Ratings.Sort(static (a, b) => a.Time.CompareTo(b.Time));
    }

    private static bool Takes(HashSet<string> requests, CallOutcome outcome) => requests.Count < MostObservations && requests.Add(outcome.RequestId);
}
