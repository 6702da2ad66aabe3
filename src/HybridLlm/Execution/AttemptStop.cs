namespace HybridLlm.Execution;

/// <summary>Why an attempt was stopped from our side.</summary>
internal enum AttemptStop
{
    None,

    /// <summary>Its first content took too long.</summary>
    FirstContentBudget,

    /// <summary>It paused too long.</summary>
    IdleBudget,

    /// <summary>The request's time is over.</summary>
    TotalBudget,

    /// <summary>Another route's first content came sooner.</summary>
    LostRace,
}
