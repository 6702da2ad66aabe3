namespace HybridLlm.Metrics;

/// <summary>Decides where the files of the metrics are.</summary>
internal static class MetricsPath
{
    /// <summary>The environment variable that names the folder, whether or not the host reads its configuration from the environment.</summary>
    public const string EnvironmentVariable = "HybridLlm__Metrics__Path";

    /// <summary>
    /// Returns the folder: that of <see cref="EnvironmentVariable"/>, else <see cref="MetricsOptions.Path"/>, else
    /// <c>HybridLlm/metrics</c> under the user's local application data folder, else, where the user has none (containers
    /// without <c>HOME</c>), a folder of the user under the one for temporary files.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <returns>The full path. Nothing is created.</returns>
    public static string Resolve(MetricsOptions options) => Resolve(
        options,
        Environment.GetEnvironmentVariable(EnvironmentVariable),
        // Not verified: the folder need not exist yet, and would be reported as empty then.
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify));

    internal static string Resolve(MetricsOptions options, string? fromEnvironment, string localApplicationData)
    {
        ArgumentNullException.ThrowIfNull(options);
        var named = string.IsNullOrWhiteSpace(fromEnvironment) ? options.Path : fromEnvironment;
        if (!string.IsNullOrWhiteSpace(named))
        {
            return Path.GetFullPath(named);
        }

        return Path.IsPathFullyQualified(localApplicationData)
            ? Path.Combine(localApplicationData, "HybridLlm", "metrics")
            : Path.Combine(Path.GetTempPath(), $"HybridLlm-{Environment.UserName}", "metrics");
    }
}
