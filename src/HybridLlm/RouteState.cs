namespace HybridLlm;

/// <summary>Whether a model can be called now.</summary>
public enum RouteState
{
    /// <summary>It can be called.</summary>
    Ready,

    /// <summary>It failed just now and rests until a probe succeeds or its Retry-After has passed.</summary>
    CoolingDown,

    /// <summary>Its circuit breaker is open.</summary>
    CircuitOpen,

    /// <summary>Its provider is not there.</summary>
    ProviderUnhealthy,
}
