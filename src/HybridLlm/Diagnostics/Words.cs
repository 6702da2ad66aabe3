namespace HybridLlm.Diagnostics;

/// <summary>What enumerations are called in attributes: lower case with underscores. The words are part of what dashboards are built on.</summary>
internal static class Words
{
    /// <summary>The status of a request or an attempt whose caller left, or that nobody needed any more.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The status of what went well.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>The status of what did not.</summary>
    public const string Failed = "failed";

    /// <summary>Gets the value of <c>error.type</c>.</summary>
    public static string Of(ProviderErrorKind kind) => kind switch
    {
        ProviderErrorKind.Unavailable => "unavailable",
        ProviderErrorKind.ServerError => "server_error",
        ProviderErrorKind.Timeout => "timeout",
        ProviderErrorKind.RateLimited => "rate_limited",
        ProviderErrorKind.QuotaExhausted => "quota_exhausted",
        ProviderErrorKind.Overloaded => "overloaded",
        ProviderErrorKind.ModelNotFound => "model_not_found",
        ProviderErrorKind.ModelLoading => "model_loading",
        ProviderErrorKind.ContextExceeded => "context_exceeded",
        ProviderErrorKind.InvalidRequest => "invalid_request",
        ProviderErrorKind.Unauthorized => "unauthorized",
        ProviderErrorKind.InvalidResponse => "invalid_response",
        ProviderErrorKind.StreamInterrupted => "stream_interrupted",
        _ => Names.OtherError,
    };

    public static string Of(OutcomeStatus status) => status switch
    {
        OutcomeStatus.Succeeded => Succeeded,
        OutcomeStatus.Escalated => "escalated",
        OutcomeStatus.Cancelled => Cancelled,
        _ => Failed,
    };

    public static string Of(ComplexityLevel level) => level switch
    {
        ComplexityLevel.Simple => "simple",
        ComplexityLevel.Complex => "complex",
        _ => "medium",
    };

    public static string Of(RouteState state) => state switch
    {
        RouteState.Ready => "ready",
        RouteState.CoolingDown => "cooling_down",
        RouteState.CircuitOpen => "circuit_open",
        _ => "provider_unhealthy",
    };
}
