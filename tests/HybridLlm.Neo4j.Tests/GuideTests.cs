using System.Text;
using System.Text.RegularExpressions;
using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HybridLlm.Neo4j.Tests;

/// <summary>The examples of <c>docs/reports.md</c>, <c>docs/neo4j.md</c> and the package's README, as they stand there.</summary>
[Collection(RealNeo4j.Collection)]
public sealed partial class GuideTests
{
    private static readonly string Root = FindRoot();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_report_in_code()
    {
        using var folder = new TemporaryFolder();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddHybridLlm(options => options.Metrics.Path = folder.Path);
        using var host = builder.Build();
        host.Services.GetRequiredService<IPerformanceTracker>().Record(Samples.Success(DateTimeOffset.UtcNow, "gemma"));

        var reports = host.Services.GetRequiredService<IPerformanceReports>();
        var week = new MetricsQuery { From = DateTimeOffset.UtcNow.AddDays(-7) };
#pragma warning disable xUnit1051 // As on the page, which has no token of a test.
        var summary = await reports.SummarizeAsync(week);
#pragma warning restore xUnit1051
        Console.WriteLine(summary.ToMarkdown());   // or ToCsv(), ToJson()

        Assert.Contains("gemma", Console.Text, StringComparison.Ordinal);
        Assert.Contains("gemma", summary.ToCsv(), StringComparison.Ordinal);
        Assert.Contains("gemma", summary.ToJson(), StringComparison.Ordinal);
        AssertIsHere("docs/reports.md");
    }

    [Theory]
    [InlineData("docs/neo4j.md")]
    [InlineData("src/HybridLlm.Neo4j/README.md")]
    public void The_store_is_added_and_configured(string page)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Whole(Assert.Single(Blocks(page, "json"))))));

        builder.Services.AddHybridLlm().AddNeo4jMetrics();

        using var host = builder.Build();
        var options = host.Services.GetRequiredService<IOptions<HybridLlmOptions>>().Value.Metrics;
        Assert.Equal(("Neo4j", "http://localhost:7474", "neo4j", "neo4j", "..."), (options.Store, options.Neo4j.Uri, options.Neo4j.Database, options.Neo4j.User, options.Neo4j.Password));
        AssertIsHere(page);
    }

    [Fact]
    public async Task The_queries_find_what_they_say()
    {
        await using var database = await RealNeo4j.OpenAsync(Wire.Http);
        await using var store = database.CreateStore();
        var now = DateTimeOffset.UtcNow;
        var attempt = Samples.Success(now, "gemma", ms: 250);
        var queries = Assert.Single(Blocks("docs/neo4j.md", "cypher")).Split("\n\n");
        Assert.Equal(2, queries.Length);

        await store.AppendAsync(
            [attempt, attempt with { Id = Guid.NewGuid(), RequestId = "another", Model = "qwen", DurationMs = 50 }, attempt with { Id = Guid.NewGuid(), Status = OutcomeStatus.Rated, Rating = 0.25 }], Token);

        Assert.Equal([["gemma", 1L, 250.0], ["qwen", 1L, 50.0]], (await database.RunAsync(queries[0])).Rows.Select(row => new[] { row[0], row[1], CypherResult.ToDouble(row[2]) }));
        var disliked = Assert.Single((await database.RunAsync(queries[1])).Rows);
        Assert.Equal(0.25, disliked[1]);
        Assert.Equal(new object?[] { "gemma", "Succeeded", 250.0 }, Assert.Single((object?[])disliked[2]!));
    }

    /// <summary>Checks that every line of code on a page is a line of this file, so that what compiles and runs here is what the page says.</summary>
    private static void AssertIsHere(string page)
    {
        var here = File.ReadAllLines(Path.Combine(Root, "tests", "HybridLlm.Neo4j.Tests", "GuideTests.cs")).Select(static line => line.Trim()).ToHashSet();
        var lines = Blocks(page, "csharp").SelectMany(static block => block.Split('\n')).Select(static line => line.Trim()).Where(static line => line.Length > 0).ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Contains(line, here));
    }

    private static IEnumerable<string> Blocks(string page, string language) =>
        Block().Matches(File.ReadAllText(Path.Combine(Root, page)).ReplaceLineEndings("\n"))
            .Where(block => block.Groups["language"].Value == language)
            .Select(static block => block.Groups["content"].Value.Trim());

    // A page may show a section of the configuration alone, or with those around it.
    private static string Whole(string json) => json.StartsWith("\"HybridLlm\"", StringComparison.Ordinal) ? $"{{{json}}}" : $"{{\"HybridLlm\":{{{json}}}}}";

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<content>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HybridLlm.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }

    /// <summary>Takes what an example prints.</summary>
    private static class Console
    {
        public static string Text { get; private set; } = "";

        public static void WriteLine(string text) => Text = text;
    }
}
