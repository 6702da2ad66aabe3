namespace HybridLlm;

/// <summary>How a variant compares with the control of its experiment.</summary>
public enum ExperimentVerdict
{
    /// <summary>It cannot be told yet, or it is the control itself.</summary>
    Undecided,

    /// <summary>It is better, and not slower than it may be as far as can be told.</summary>
    Better,

    /// <summary>It is better, but takes longer than it may in most pairs of calls.</summary>
    BetterButSlower,

    /// <summary>It is worse.</summary>
    Worse,
}
