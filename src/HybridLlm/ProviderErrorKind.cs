namespace HybridLlm;

/// <summary>What kind of failure a backend had. The executor decides from the kind alone whether to try another route, wait or give up.</summary>
public enum ProviderErrorKind
{
    /// <summary>The backend cannot be reached: refused, reset, unknown host, process gone. The next route is tried.</summary>
    Unavailable,

    /// <summary>The backend failed while it worked on the request (HTTP 5xx). The next route is tried.</summary>
    ServerError,

    /// <summary>A time budget ran out. The next route is tried.</summary>
    Timeout,

    /// <summary>The backend asks to slow down (HTTP 429). The next route is tried; this one rests until its Retry-After.</summary>
    RateLimited,

    /// <summary>The quota is used up or payment is due: waiting does not help. The next route is tried.</summary>
    QuotaExhausted,

    /// <summary>The backend, or the queue before it, is full. The next route is tried.</summary>
    Overloaded,

    /// <summary>The backend does not have the model. The next route is tried.</summary>
    ModelNotFound,

    /// <summary>The model is being loaded. It is waited for within the load budget.</summary>
    ModelLoading,

    /// <summary>The prompt does not fit the model's context. Only routes with a larger context are tried.</summary>
    ContextExceeded,

    /// <summary>The request itself is at fault. No other route is tried.</summary>
    InvalidRequest,

    /// <summary>The credentials are missing, wrong or insufficient. The next route is tried.</summary>
    Unauthorized,

    /// <summary>The answer is empty or not what the protocol says. The next route is tried.</summary>
    InvalidResponse,

    /// <summary>The stream broke off before it was complete.</summary>
    StreamInterrupted,
}
