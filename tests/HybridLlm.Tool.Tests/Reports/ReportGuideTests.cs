using HybridLlm.Metrics;
using HybridLlm.Tool.Commands;

namespace HybridLlm.Tool.Tests.Reports;

/// <summary>Does what <c>docs/reports.md</c> tells its readers to type.</summary>
public sealed class ReportGuideTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybridllm-guide-");

    public static TheoryData<string> Commands { get; } = [.. File.ReadAllLines(Path.Combine(FindRoot(), "docs", "reports.md")).Where(static line => line.StartsWith("hybridllm report", StringComparison.Ordinal))];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_in_the_guide_tells_something(string line)
    {
        var metrics = Path.Combine(_folder.FullName, "metrics");
        await using (var store = new JsonMetricsStore(metrics))
        {
            await store.AppendAsync([.. Enumerable.Range(0, 4).Select(Outcome)], TestContext.Current.CancellationToken);
        }

        var configuration = Path.Combine(_folder.FullName, "appsettings.json");
        await File.WriteAllTextAsync(
            configuration, """{ "HybridLlm": { "Providers": { "p": { "Type": "OpenAICompatible", "Endpoint": "http://localhost:9" } } } }""", TestContext.Current.CancellationToken);
        var file = Path.Combine(_folder.FullName, "report.md");
        List<string> arguments = [.. line.Split(' ')[2..].Select(word => word == "appsettings.json" ? configuration : word == "series.csv" ? file : word), "--path", metrics];
        if (!arguments.Contains("--output"))
        {
            arguments.AddRange(["--output", file]);
        }

        using var error = new StringWriter();
        var code = await ReportCommand.Create().Parse(arguments).InvokeAsync(new() { Error = error }, TestContext.Current.CancellationToken);

        Assert.Equal("", error.ToString());
        Assert.Equal(0, code);
        Assert.Contains(line.Contains("compare", StringComparison.Ordinal) ? "not enough evidence" : "tool_selection", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_metrics_is_named_with_the_remedy()
    {
        using var error = new StringWriter();

        var code = await ReportCommand.Create().Parse(["summary", "--path", Path.Combine(_folder.FullName, "none")]).InvokeAsync(new() { Error = error }, TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        Assert.Contains("--path", error.ToString(), StringComparison.Ordinal);
    }

    private static CallOutcome Outcome(int number) => new()
    {
        Id = Guid.NewGuid(),
        Timestamp = DateTimeOffset.UtcNow,
        RequestId = $"{number}",
        Provider = "p",
        Model = "gemma3:1b",
        ModelVersion = number < 2 ? "v1" : "v2",
        TaskType = TaskTypes.ToolSelection,
        Status = OutcomeStatus.Succeeded,
        DurationMs = 100,
    };

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HybridLlm.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}
