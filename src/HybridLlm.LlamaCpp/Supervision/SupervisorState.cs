namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Where a supervised server is in its life.</summary>
internal enum SupervisorState
{
    /// <summary>No process; none is wanted until someone asks.</summary>
    Stopped,

    /// <summary>A process was started and does not answer yet: it loads its model.</summary>
    Starting,

    /// <summary>The server answers.</summary>
    Running,

    /// <summary>The process died, or could not be started; the next attempt waits for its turn.</summary>
    Waiting,
}
