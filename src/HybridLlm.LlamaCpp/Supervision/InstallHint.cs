namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>How llama-server comes onto this machine.</summary>
internal static class InstallHint
{
    /// <summary>Gets the way for the present system, in a sentence.</summary>
    public static string Text { get; } =
        OperatingSystem.IsWindows() ? "Install it with 'winget install llama.cpp'."
        : OperatingSystem.IsMacOS() ? "Install it with 'brew install llama.cpp'."
        : "Install it with 'apt install llama.cpp-tools' (Debian 14 or newer), 'brew install llama.cpp' or 'nix profile install nixpkgs#llama-cpp', "
            + "or run eng/get-llama-server.sh of the HybridLlm repository.";
}
