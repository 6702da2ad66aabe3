namespace HybridLlm.Execution;

/// <summary>What a kind of failure means for the request and for the route. The one place where that is decided.</summary>
/// <param name="TriesNextRoute">Another route may do better.</param>
/// <param name="MayRetry">The same route may do better a little later, when no other is left.</param>
/// <param name="CountsAgainstRoute">Another request would meet the same failure, so the route rests and its circuit breaker counts it.</param>
internal sealed record ErrorPolicy(bool TriesNextRoute, bool MayRetry, bool CountsAgainstRoute)
{
    private static readonly ErrorPolicy Broken = new(TriesNextRoute: true, MayRetry: true, CountsAgainstRoute: true);
    private static readonly ErrorPolicy Lasting = new(TriesNextRoute: true, MayRetry: false, CountsAgainstRoute: true);
    private static readonly ErrorPolicy Busy = new(TriesNextRoute: true, MayRetry: true, CountsAgainstRoute: false);
    private static readonly ErrorPolicy Elsewhere = new(TriesNextRoute: true, MayRetry: false, CountsAgainstRoute: false);
    private static readonly ErrorPolicy GiveUp = new(TriesNextRoute: false, MayRetry: false, CountsAgainstRoute: false);

    public static ErrorPolicy Of(ProviderErrorKind kind) => kind switch
    {
        ProviderErrorKind.Unavailable => Broken,
        ProviderErrorKind.ServerError => Broken,
        ProviderErrorKind.InvalidResponse => Broken,
        ProviderErrorKind.StreamInterrupted => Broken,
        ProviderErrorKind.RateLimited => Broken,
        ProviderErrorKind.Timeout => Lasting,
        ProviderErrorKind.Overloaded => Busy,
        ProviderErrorKind.QuotaExhausted => Lasting,
        ProviderErrorKind.Unauthorized => Lasting,
        ProviderErrorKind.ModelNotFound => Lasting,
        // Loading was waited for within its budget before it got here, so it is no fault of the route.
        ProviderErrorKind.ModelLoading => Elsewhere,
        ProviderErrorKind.ContextExceeded => Elsewhere,
        _ => GiveUp,
    };
}
