namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Finds what a supervised server needs before it is started, and says what to do when it is missing.</summary>
internal static class ServerFiles
{
    /// <summary>Finds the executable and the model.</summary>
    /// <param name="provider">The provider's name, for messages.</param>
    /// <param name="options">The options; their model path is set.</param>
    /// <param name="apiKey">The key that the server shall ask for.</param>
    /// <param name="locator">Finds files.</param>
    /// <returns>What builds the server's command.</returns>
    /// <exception cref="ProviderException">A file is missing; the message names the remedy.</exception>
    public static ServerCommandBuilder Find(string provider, LlamaCppOptions options, string apiKey, FileLocator locator)
    {
        var server = locator.FindExecutable(options.ServerPath, out var looked)
            ?? throw new ProviderException(ProviderErrorKind.Unavailable, $"{provider}: there is no llama-server. {DescribeMissingServer(options.ServerPath, looked)}") { Provider = provider };
        var model = locator.FindFile(options.ModelPath!, out looked)
            ?? throw new ProviderException(ProviderErrorKind.Unavailable, $"{provider}: {DescribeMissingModel(looked)}") { Provider = provider };
        return new(server, model, apiKey, options);
    }

    /// <summary>Says that the model file is missing, and what to do.</summary>
    /// <param name="looked">The paths that were looked at.</param>
    /// <returns>The words.</returns>
    public static string DescribeMissingModel(IReadOnlyList<string> looked) =>
        $"There is no model file at {string.Join(" or ", looked)}. Put a GGUF file there, or correct ModelPath.";

    private static string DescribeMissingServer(string serverPath, IReadOnlyList<string> looked) =>
        $"ServerPath is '{serverPath}'; looked {(looked.Count > 1 ? "in " : "at ")}{string.Join(", ", looked)}. {InstallHint.Text} Or let ServerPath name its executable file.";
}
