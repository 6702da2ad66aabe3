namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Picks the launcher for the present system.</summary>
internal static class ServerLauncher
{
    /// <summary>Gets the launcher.</summary>
    public static IServerLauncher ForThisSystem { get; } = OperatingSystem.IsWindows() ? new WindowsServerLauncher() : new UnixServerLauncher();
}
