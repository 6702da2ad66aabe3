namespace HybridLlm.Execution;

/// <summary>How long attempts may take.</summary>
internal static class AttemptBudgets
{
    /// <summary>Gets the time after which the pipeline gives an attempt up in any case; finer budgets apply before it.</summary>
    public static TimeSpan Hard(Attempt attempt) => attempt.IsStream ? attempt.Timeouts.Load + attempt.Timeouts.FirstToken : attempt.Run.Remaining;

    /// <summary>Gets how long the first content may take, as far as nothing is known of the model's state.</summary>
    public static TimeSpan FirstContent(Attempt attempt)
    {
        if (!attempt.IsStream)
        {
            return attempt.WholeBudget;
        }

        // Of a model that has never answered and whose state nobody can ask, it must be assumed that the first call loads it.
        var mayBeLoading = attempt.Pace.Samples == 0 && attempt.Runtime.Provider.Provider is not IModelStateSource;
        var timeouts = attempt.Timeouts;
        return mayBeLoading && timeouts.Load > timeouts.FirstToken ? timeouts.Load : timeouts.FirstToken;
    }
}
