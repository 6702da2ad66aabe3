using HybridLlm.Text;

namespace HybridLlm.Configuration.Validation;

/// <summary>Checks where measurements are to be kept.</summary>
internal static class MetricsChecks
{
    private const string Section = nameof(HybridLlmOptions.Metrics);

    /// <summary>The stores that are always there.</summary>
    private static readonly string[] BuiltIn = ["Json", "None"];

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
    }
}
