namespace HybridLlm.Neo4j.Spool;

/// <summary>Decides in which folder outcomes wait.</summary>
internal static class SpoolPath
{
    /// <summary>
    /// Returns the folder: <see cref="Neo4jMetricsOptions.SpoolPath"/>, else <c>HybridLlm/neo4j-spool</c> under the user's local application data, else, where
    /// the user has none (containers without <c>HOME</c>), a folder of the user under the one for temporary files.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <returns>The full path. Nothing is created.</returns>
    public static string Resolve(MetricsOptions options)
    {
        if (!string.IsNullOrWhiteSpace(options.Neo4j.SpoolPath))
        {
            return Path.GetFullPath(options.Neo4j.SpoolPath);
        }

        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.IsPathFullyQualified(local)
            ? Path.Combine(local, "HybridLlm", "neo4j-spool")
            : Path.Combine(Path.GetTempPath(), $"HybridLlm-{Environment.UserName}", "neo4j-spool");
    }
}
