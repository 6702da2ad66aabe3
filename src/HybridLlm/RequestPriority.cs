namespace HybridLlm;

/// <summary>What matters most to a request.</summary>
public enum RequestPriority
{
    /// <summary>The weights of the task type decide.</summary>
    Balanced,

    /// <summary>The time until the answer: the fastest model.</summary>
    ResponseTime,

    /// <summary>The quality of the answer: the best model.</summary>
    Quality,
}
