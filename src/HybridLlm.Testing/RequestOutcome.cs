namespace HybridLlm.Testing;

/// <summary>What became of a request that a simulator received.</summary>
public enum RequestOutcome
{
    /// <summary>The simulator still works on it: it waits for a slot, generates, hangs or stalls.</summary>
    Pending,

    /// <summary>The whole answer was handed to the operating system.</summary>
    Completed,

    /// <summary>The client closed the connection, or its sending side, before the answer was whole.</summary>
    ClientDisconnected,

    /// <summary>The simulator cut the answer off, because of a fault or because it was stopped.</summary>
    Aborted,
}
