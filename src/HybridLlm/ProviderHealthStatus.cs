namespace HybridLlm;

/// <summary>The state of a backend.</summary>
public enum ProviderHealthStatus
{
    /// <summary>The backend has not been asked yet.</summary>
    Unknown,

    /// <summary>The backend answers.</summary>
    Healthy,

    /// <summary>The backend is there and still loading a model.</summary>
    Loading,

    /// <summary>The backend does not answer, or says that it cannot work.</summary>
    Unhealthy,
}
