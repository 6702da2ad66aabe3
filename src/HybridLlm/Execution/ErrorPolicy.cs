namespace HybridLlm.Execution;

/// <summary>What a kind of failure means for the request and for the route. The one place where that is decided.</summary>
/// <param name="TriesNextRoute">Another route may do better.</param>
/// <param name="MayRetry">The same route may do better a little later, when no other is left.</param>
/// <param name="CountsAgainstRoute">Another request would meet the same failure, so the route rests and its circuit breaker counts it.</param>
/// <param name="ConcernsProvider">Every model of the provider is affected.</param>
internal sealed record ErrorPolicy(bool TriesNextRoute, bool MayRetry, bool CountsAgainstRoute, bool ConcernsProvider)
{
    private static readonly ErrorPolicy Outage = new(TriesNextRoute: true, MayRetry: true, CountsAgainstRoute: true, ConcernsProvider: true);
    private static readonly ErrorPolicy Broken = new(TriesNextRoute: true, MayRetry: true, CountsAgainstRoute: true, ConcernsProvider: false);
    private static readonly ErrorPolicy Slow = new(TriesNextRoute: true, MayRetry: false, CountsAgainstRoute: true, ConcernsProvider: false);
    private static readonly ErrorPolicy Busy = new(TriesNextRoute: true, MayRetry: true, CountsAgainstRoute: false, ConcernsProvider: false);
    private static readonly ErrorPolicy Denied = new(TriesNextRoute: true, MayRetry: false, CountsAgainstRoute: true, ConcernsProvider: true);
    private static readonly ErrorPolicy Missing = new(TriesNextRoute: true, MayRetry: false, CountsAgainstRoute: true, ConcernsProvider: false);
    private static readonly ErrorPolicy Elsewhere = new(TriesNextRoute: true, MayRetry: false, CountsAgainstRoute: false, ConcernsProvider: false);
    private static readonly ErrorPolicy GiveUp = new(TriesNextRoute: false, MayRetry: false, CountsAgainstRoute: false, ConcernsProvider: false);

    public static ErrorPolicy Of(ProviderErrorKind kind) => kind switch
    {
        ProviderErrorKind.Unavailable => Outage,
        ProviderErrorKind.ServerError => Broken,
        ProviderErrorKind.InvalidResponse => Broken,
        ProviderErrorKind.StreamInterrupted => Broken,
        ProviderErrorKind.RateLimited => Broken,
        ProviderErrorKind.Timeout => Slow,
        ProviderErrorKind.Overloaded => Busy,
        ProviderErrorKind.QuotaExhausted => Denied,
        ProviderErrorKind.Unauthorized => Denied,
        ProviderErrorKind.ModelNotFound => Missing,
        // Loading was waited for within its budget before it got here, so it is no fault of the route.
        ProviderErrorKind.ModelLoading => Elsewhere,
        ProviderErrorKind.ContextExceeded => Elsewhere,
        _ => GiveUp,
    };
}
