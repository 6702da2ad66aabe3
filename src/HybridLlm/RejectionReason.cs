namespace HybridLlm;

/// <summary>Why a model is not among the routes of a plan.</summary>
public enum RejectionReason
{
    /// <summary>It lacks a feature that the request needs.</summary>
    MissingFeature,

    /// <summary>The prompt does not fit its context.</summary>
    ContextTooSmall,

    /// <summary>It is configured as not suitable for the task.</summary>
    NotSuitable,

    /// <summary>Models are listed for the task and it is not among them.</summary>
    NotListedForTask,

    /// <summary>Its measured accuracy at the task is below the floor.</summary>
    AccuracyBelowFloor,

    /// <summary>A rule demands another model.</summary>
    ExcludedByRule,

    /// <summary>The data class of the request does not let it see the words.</summary>
    DataClass,

    /// <summary>The request names another model.</summary>
    NotRequested,

    /// <summary>It failed just now and rests.</summary>
    CoolingDown,

    /// <summary>Its circuit breaker is open.</summary>
    CircuitOpen,

    /// <summary>Its provider is not there.</summary>
    ProviderUnhealthy,
}
