using HybridLlm.Learning;

namespace HybridLlm.Selection;

/// <summary>What is worked out of one model during one selection. Lives in a rented array.</summary>
internal struct Candidate
{
    /// <summary>The model.</summary>
    public ModelEntry Entry;

    /// <summary>The words that go with the rejection or the route.</summary>
    public string? Words;

    /// <summary>Why it is not among the routes, where <see cref="IsRejected"/> says that it is not.</summary>
    public RejectionReason Rejection;

    /// <summary>Whether it is not among the routes.</summary>
    public bool IsRejected;

    /// <summary>Whether it can be called now.</summary>
    public bool IsReady;

    /// <summary>Whether it already has its place in the plan.</summary>
    public bool IsPlaced;

    /// <summary>Whether the words of the prompt moved what is expected of it, as <see cref="Words"/> then say.</summary>
    public bool IsMoved;

    /// <summary>When a model that cannot be called now is next worth asking, in ticks of UTC.</summary>
    public long RetryAt;

    /// <summary>The recent attempts behind the measurements.</summary>
    public double Evidence;

    /// <summary>The measured share of successes.</summary>
    public double SuccessRate;

    /// <summary>The share of successes that is expected.</summary>
    public double ExpectedSuccess;

    /// <summary>How sure that is, in calls.</summary>
    public float SuccessMass;

    /// <summary>The tokens of an answer; 0 when nobody told.</summary>
    public float OutputTokens;

    /// <summary>How long it takes until the model is in memory, in milliseconds.</summary>
    public float LoadMs;

    /// <summary>How many answers are waited for before it begins.</summary>
    public float Turns;

    /// <summary>The users' rating; not a number when nobody rated.</summary>
    public double Rating;

    /// <summary>The measured answers per millisecond, 0 when none were measured; once scored, the expected ones.</summary>
    public double Speed;

    /// <summary>The measured tokens per second, 0 when none were measured; once scored, the expected ones.</summary>
    public double Throughput;

    /// <summary>What the first rule that prefers it adds.</summary>
    public double Rule;

    /// <summary>What it takes to put it ahead of those it is preferred to.</summary>
    public double Preference;

    /// <summary>The total of its score.</summary>
    public double Total;

    /// <summary>Gets the recent successes behind the measurements; only successes have durations.</summary>
    public readonly double Successes => Evidence * SuccessRate;

    /// <summary>Gets what is expected of its success.</summary>
    public readonly Expectation Success => new(ExpectedSuccess, SuccessMass);

    /// <summary>Says why it stands where it stands, without losing that words of the prompt moved it.</summary>
    public void Say(string? words) => Words = IsMoved && Words is not null && words != Words ? $"{words}; {Words}" : words;
}
