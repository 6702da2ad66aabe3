namespace HybridLlm.Selection;

/// <summary>What is worked out of one model during one selection. Lives in a rented array.</summary>
internal struct Candidate
{
    /// <summary>The model.</summary>
    public ModelEntry Entry;

    /// <summary>Why it is not among the routes; <see langword="null"/> when it is.</summary>
    public RejectionReason? Rejection;

    /// <summary>The words that go with the rejection or the route.</summary>
    public string? Words;

    /// <summary>When a model that cannot be called now is next worth asking.</summary>
    public DateTimeOffset? RetryAt;

    /// <summary>Whether it can be called now.</summary>
    public bool IsReady;

    /// <summary>Whether it already has its place in the plan.</summary>
    public bool IsPlaced;

    /// <summary>The recent attempts behind the measurements.</summary>
    public double Evidence;

    /// <summary>The recent successes behind them; only successes have durations.</summary>
    public double Successes;

    /// <summary>The measured share of successes.</summary>
    public double SuccessRate;

    /// <summary>The measured milliseconds until an answer; 0 when none was measured.</summary>
    public double LatencyMs;

    /// <summary>The measured tokens per second; 0 when none were measured.</summary>
    public double TokensPerSecond;

    /// <summary>The users' rating; <see langword="null"/> when nobody rated.</summary>
    public double? Rating;

    /// <summary>The expected answers per millisecond, then that in relation to the fastest candidate.</summary>
    public double Speed;

    /// <summary>The expected tokens per second, then that in relation to the fastest candidate.</summary>
    public double Throughput;

    /// <summary>What the first rule that prefers it adds.</summary>
    public double Rule;

    /// <summary>What it takes to put it ahead of those it is preferred to.</summary>
    public double Preference;

    /// <summary>The score.</summary>
    public RouteScore Score;
}
