namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>A running server process. Disposing it kills what is left of it.</summary>
internal interface IServerProcess : IDisposable
{
    /// <summary>Gets the id of the process.</summary>
    int Id { get; }

    /// <summary>Gets a task that completes with the exit code when the process has ended and all it said was passed on.</summary>
    Task<int> Exited { get; }

    /// <summary>Asks the process to end. It may take its time, or not listen.</summary>
    void RequestStop();

    /// <summary>Ends the process.</summary>
    void Kill();
}
