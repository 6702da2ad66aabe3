using System.Text.Json;

namespace HybridLlm.Tests.Learning;

/// <summary>How nine models scored at the prompts of fourteen benchmarks. Not part of the repository.</summary>
internal sealed record RoutingData(string[] Models, string[] Tasks, double[][] Scores, string[] Prompts)
{
    private const string File = "data/routing/local-models-train.jsonl";

    public static RoutingData Load()
    {
        var path = Path.Combine(FindShared(), File);
        Assert.SkipUnless(System.IO.File.Exists(path), $"There is no {File}. Set HYBRIDLLM_SHARED to the folder that holds it.");
        var tasks = new List<string>();
        var scores = new List<double[]>();
        var prompts = new List<string>();
        string[]? models = null;
        foreach (var line in System.IO.File.ReadLines(path))
        {
            using var row = JsonDocument.Parse(line);
            var cells = row.RootElement.GetProperty("scores");
            models ??= [.. cells.EnumerateObject().Select(cell => cell.Name)];
            prompts.Add(row.RootElement.GetProperty("prompt").GetString()!);
            tasks.Add(row.RootElement.GetProperty("task").GetString()!);
            scores.Add([.. models.Select(model => cells.GetProperty(model).GetDouble())]);
        }

        return new(models!, [.. tasks], [.. scores], [.. prompts]);
    }

    private static string FindShared()
    {
        if (Environment.GetEnvironmentVariable("HYBRIDLLM_SHARED") is { Length: > 0 } shared)
        {
            return shared;
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "HybridLlm.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.Parent?.FullName ?? ".", "shared");
    }
}
