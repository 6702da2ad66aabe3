namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Starts processes that do not outlive this one, however this one ends.</summary>
internal interface IServerLauncher
{
    /// <summary>Starts a process.</summary>
    /// <param name="command">What to start.</param>
    /// <param name="output">Takes each line that the process writes; called from several threads.</param>
    /// <returns>The process.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">The executable does not start.</exception>
    IServerProcess Start(ServerCommand command, Action<string> output);
}
