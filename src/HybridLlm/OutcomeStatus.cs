namespace HybridLlm;

/// <summary>What an attempt came to.</summary>
public enum OutcomeStatus
{
    /// <summary>It completed, was not empty and passed its checks.</summary>
    Succeeded,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>Its caller, or a faster route, made it superfluous: neither a success nor a failure of the model.</summary>
    Cancelled,

    /// <summary>Not an attempt: a user's judgement of an earlier answer.</summary>
    Rated,

    /// <summary>
    /// It completed, but its answer was not believed in, and a stronger model's was returned instead. Counts as far as a success as both answers say the same.
    /// </summary>
    Escalated,

    /// <summary>Not an attempt: an answer came from a cache, and no model was asked. Reports count it, learning ignores it. The outcome names the model that once gave the answer.</summary>
    Cached,

    /// <summary>
    /// Not an attempt of a request: a candidate was given it too, and nobody saw the answer (shadow mode). It failed if there is a <see cref="CallOutcome.Error"/>.
    /// Learning and the totals of reports ignore it.
    /// </summary>
    Shadowed,
}
