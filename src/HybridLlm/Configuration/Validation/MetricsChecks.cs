using HybridLlm.Text;

namespace HybridLlm.Configuration.Validation;

/// <summary>Checks where measurements are to be kept.</summary>
internal static class MetricsChecks
{
    private const string Section = nameof(HybridLlmOptions.Metrics);

    /// <summary>The stores that are always there.</summary>
    private static readonly string[] BuiltIn = ["Json", "None"];

    private static readonly HashSet<string> Neo4jSchemes = ["http", "https", "bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"];

    public static void Run(CheckContext context, IEnumerable<string> registeredStores)
    {
        var metrics = context.Options.Metrics;
        var errors = context.Errors.At(Section);
        string[] stores = [.. BuiltIn, .. registeredStores];
        if (!string.IsNullOrWhiteSpace(metrics.Store) && !stores.Contains(metrics.Store, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add(nameof(MetricsOptions.Store), metrics.Store, $"There is no such store.{NearestName.Hint(metrics.Store, stores)} Name one of: {KnownNames.List(stores)}.");
        }

        if (metrics.Path is { } path && File.Exists(path))
        {
            errors.Add(nameof(MetricsOptions.Path), path, "There is a file of that name. Write the path of a folder; it is created.");
        }

        CheckNeo4j(metrics.Neo4j, errors.At(nameof(MetricsOptions.Neo4j)));
    }

    private static void CheckNeo4j(Neo4jMetricsOptions options, ConfigurationErrors errors)
    {
        _ = Uri.TryCreate(options.Uri, UriKind.Absolute, out var uri);
        if (!string.IsNullOrWhiteSpace(options.Uri) && (uri is null || !Neo4jSchemes.Contains(uri.Scheme) || uri.Host.Length == 0 || uri.UserInfo.Length > 0))
        {
            // What is written before the host may be a password.
            errors.Add(
                nameof(Neo4jMetricsOptions.Uri),
                options.Uri.Contains('@', StringComparison.Ordinal) ? "an address with a user" : options.Uri,
                "Write the address of the server alone, such as http://localhost:7474 (https, and with the official driver bolt and neo4j, with +s or +ssc for TLS); user and password have options of their own.");
        }

        if (options.SpoolPath is { } path && File.Exists(path))
        {
            errors.Add(nameof(Neo4jMetricsOptions.SpoolPath), path, "There is a file of that name. Write the path of a folder; it is created.");
        }
    }
}
