namespace HybridLlm.IntegrationTests.Faults;

/// <summary>What a request comes to whose first backend has a fault.</summary>
public enum Outcome
{
    /// <summary>The faulty backend's answer is good all the same.</summary>
    Answer,

    /// <summary>The answer is the other backend's; where there is no other, the typed error says what was wrong.</summary>
    Fallback,

    /// <summary>The caller has seen a part of a stream, and then the typed error that says so.</summary>
    Interrupted,

    /// <summary>The request itself is at fault, so no other backend is tried.</summary>
    Refused,
}
