using System.Globalization;
using System.Text.RegularExpressions;

namespace HybridLlm.Telemetry.Tests;

/// <summary>Holds the log events of all packages to the table in <c>docs/telemetry.md</c>: numbers that are stable, unique, and in the range of their folder.</summary>
public sealed partial class LogEventTests
{
    private static readonly string Root = FindRoot();
    private static readonly List<(string Folder, string Where, string Number)> Events = Read();

    [Fact]
    public void Every_event_has_a_number_and_no_two_have_the_same()
    {
        Assert.InRange(Events.Count, 40, 1000);
        Assert.All(Events, e => Assert.True(int.TryParse(e.Number, out _), $"{e.Where}: a log event without a number."));
        var twice = Events.GroupBy(e => e.Number).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(e => e.Where))}");
        Assert.Empty(twice);
    }

    [Fact]
    public void Every_number_is_in_the_range_of_its_folder()
    {
        var ranges = Row().Matches(File.ReadAllText(Path.Combine(Root, "docs", "telemetry.md"))).ToDictionary(
            row => row.Groups[3].Value,
            row => (First: int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), Last: int.Parse(row.Groups[2].Value, CultureInfo.InvariantCulture)));
        Assert.NotEmpty(ranges);

        Assert.All(Events, e =>
        {
            Assert.True(ranges.TryGetValue(e.Folder, out var range), $"{e.Where}: docs/telemetry.md has no range for {e.Folder}.");
            Assert.InRange(int.Parse(e.Number, CultureInfo.InvariantCulture), range.First, range.Last);
        });
    }

    [Fact]
    public void What_may_repeat_a_prompt_is_logged_at_trace_only()
    {
        var contents = Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Event().Matches(File.ReadAllText(file)).Select(match => match.Value))
            .Where(text => text.Contains("may repeat the prompt", StringComparison.Ordinal))
            .ToList();

        Assert.InRange(contents.Count, 3, 100);
        Assert.All(contents, text => Assert.Contains("LogLevel.Trace", text, StringComparison.Ordinal));
    }

    private static List<(string Folder, string Where, string Number)> Read()
    {
        var source = Path.Combine(Root, "src");
        var found = new List<(string, string, string)>();
        foreach (var file in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(source, file).Split(Path.DirectorySeparatorChar);
            if (path.Contains("obj") || path.Contains("bin"))
            {
                continue;
            }

            // The core's rooms have ranges of their own; a package has one.
            var folder = path[0] == "HybridLlm" ? $"{path[0]}/{path[1]}" : path[0];
            found.AddRange(Event().Matches(File.ReadAllText(file)).Select(match => (folder, string.Join('/', path), match.Groups[1].Value)));
        }

        return found;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HybridLlm.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\w+)[^\]]*\]")]
    private static partial Regex Event();

    [GeneratedRegex(@"^\| (\d+) to (\d+) \| `([\w./]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
