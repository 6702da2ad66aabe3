namespace HybridLlm.Selection;

/// <summary>What is tried when no model that can serve a request is in order: better a call that may fail than one that is not made.</summary>
internal static class LastResort
{
    /// <summary>The strategy in words.</summary>
    public const string Strategy = "last resort: no model that can serve the request is in order";

    /// <summary>Takes back in the models that were rejected for what they did, rather than for what they are or may.</summary>
    /// <returns>Whether there are any.</returns>
    public static bool Readmit(Span<Candidate> candidates)
    {
        var any = false;
        for (var i = 0; i < candidates.Length; i++)
        {
            ref var candidate = ref candidates[i];
            if (candidate.IsRejected && NoteFor(candidate.Rejection) is { } note)
            {
                candidate.IsRejected = false;
                candidate.Words = note;
                any = true;
            }
        }

        return any;
    }

    private static string? NoteFor(RejectionReason reason) => reason switch
    {
        RejectionReason.AccuracyBelowFloor => "last resort: it often failed at this task",
        RejectionReason.CoolingDown => "last resort: it rests after a failure",
        RejectionReason.CircuitOpen => "last resort: its circuit breaker is open",
        RejectionReason.ProviderUnhealthy => "last resort: its provider did not answer",
        _ => null,
    };
}
