using HybridLlm.Metrics.Reports;
using HybridLlm.Tool.Files;
using HybridLlm.Tool.Reports;
using Spectre.Console;

namespace HybridLlm.Tool.Tests.Reports;

public sealed class TableViewTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(250)]
    public void However_narrow_the_terminal_no_line_is_wider_and_the_figures_are_whole(int width)
    {
        var text = Show(Table(), width);

        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd().Length <= Math.Max(width, 100), line));
        Assert.Contains("tool_selection", text, StringComparison.Ordinal);
        Assert.Contains("family-0", text, StringComparison.Ordinal);
        Assert.Equal(width < 200, text.Contains("Left out for want of room:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_column_of_which_nothing_is_known_is_not_shown()
    {
        var text = Show(Table(), 250);

        Assert.DoesNotContain("cache", text, StringComparison.Ordinal);
        Assert.DoesNotContain("cost", text, StringComparison.Ordinal);
        Assert.Contains("P99", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12h", 12)]
    [InlineData("7d", 168)]
    [InlineData("2w", 336)]
    public void Times_are_read_as_people_write_them(string text, int hours) => Assert.Equal(TimeSpan.FromHours(hours), TimeSpans.Parse("--last", text));

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("7m")]
    [InlineData("99999999999d")]
    public void Other_times_are_refused_with_an_example(string text) =>
        Assert.Contains("such as 12h, 7d or 2w", Assert.Throws<InputException>(() => TimeSpans.Parse("--last", text)).Message, StringComparison.Ordinal);

    private static ReportTable Table()
    {
        var totals = Enumerable.Range(0, 3).Select(i => new OutcomeTotals
        {
            Group = new("p", $"family-{i}", null, TaskTypes.ToolSelection, ComplexityLevel.Simple),
            Succeeded = 1_000,
            Failed = i,
            Ratings = 3,
            RatingSum = 2,
            LatencySum = 1_000,
            BusyMs = 5_000_000,
        }).ToList();
        totals.ForEach(static part => part.Latency.Add(123_456));
        var prices = new PriceList(static _ => null);
        return ReportTables.Of(new PerformanceReport
        {
            Query = MetricsQuery.All,
            Created = DateTimeOffset.UnixEpoch,
            Rows = [.. totals.Select(part => Summaries.Of([part], prices, part.Group.Model, "p", part.Group.TaskType) with { CacheHitRate = null })],
            Models = [],
            Total = Summaries.Of(totals, prices, null, null, null) with { CacheHitRate = null },
        });
    }

    private static string Show(ReportTable table, int width)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        TableView.Write(console, table, "summary, all that is kept");
        return output.ToString();
    }
}
