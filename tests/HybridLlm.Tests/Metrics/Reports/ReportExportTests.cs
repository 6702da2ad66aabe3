using System.Text.Json;
using HybridLlm.Metrics.Reports;

namespace HybridLlm.Tests.Metrics.Reports;

public sealed class ReportExportTests
{
    private static readonly DateTimeOffset Now = Outcomes.Epoch.AddDays(3);

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+x", "'+x")]
    [InlineData("-x", "'-x")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData(" x", "\" x\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("=a,\"b\"", "\"'=a,\"\"b\"\"\"")]
    [InlineData("gemma3:1b", "gemma3:1b")]
    public async Task A_name_in_a_csv_is_what_RFC_4180_says_and_no_formula(string model, string cell)
    {
        var csv = (await ReportAsync([Outcomes.Success(model)])).ToCsv();

        Assert.StartsWith("task_type,model,provider,attempts,", csv, StringComparison.Ordinal);
        Assert.Contains("\r\nt," + cell + ",p,1,1,0,", csv, StringComparison.Ordinal);
        Assert.EndsWith("\r\n", csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_csv_has_no_totals_and_leaves_unknown_cells_empty()
    {
        var lines = (await ReportAsync([Outcomes.Success("a"), Outcomes.Success("b"), Outcomes.Failure("b")])).ToCsv().Split("\r\n");
        var header = lines[0].Split(',');
        var row = lines[2].Split(',');

        Assert.Equal(4, lines.Length);
        Assert.Equal("0.5", row[Array.IndexOf(header, "success_rate")]);
        Assert.Equal("", row[Array.IndexOf(header, "satisfaction")]);
        Assert.Equal("", row[Array.IndexOf(header, "cost")]);
        Assert.Equal("2030-01-01T00:00:00Z", row[Array.IndexOf(header, "last")]);
    }

    [Fact]
    public async Task A_table_of_Markdown_escapes_names_and_ends_with_totals()
    {
        var lines = (await ReportAsync([Outcomes.Success("a|b\n<i>", "tool_selection", 250), Outcomes.Success("z", "tool_selection", 250)])).ToMarkdown().Split('\n');

        Assert.StartsWith("| task | model | n | success |", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("| --- | --- | ---: | ---: |", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("| tool_selection | a\\|b &lt;i> | 1 | 100 % | – | 2", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("| all | all | 2 | 100 % |", lines[6], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_holds_everything_and_says_null_of_what_is_not_known()
    {
        using var json = JsonDocument.Parse((await ReportAsync([Outcomes.Success("a")])).ToJson());

        var row = json.RootElement.GetProperty("rows")[0];
        Assert.Equal("a", row.GetProperty("model").GetString());
        Assert.Equal(1, row.GetProperty("success_rate").GetDouble());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("accuracy").ValueKind);
        Assert.Equal(1, json.RootElement.GetProperty("total").GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task Every_kind_of_report_is_told_in_every_form()
    {
        List<CallOutcome> outcomes = [];
        for (var i = 0; i < 200; i++)
        {
            outcomes.Add(Outcomes.Success(i % 2 == 0 ? "a" : "b", ms: i % 2 == 0 ? 100 + i : 500 + i, second: i * 600) with { ModelVersion = i < 100 ? "v1" : "v2" });
        }

        var reports = Reports(outcomes);
        var token = TestContext.Current.CancellationToken;
        var series = await reports.GetSeriesAsync(MetricsQuery.All, TimeSpan.FromDays(1), token);
        var advice = await reports.RecommendAsync(MetricsQuery.All, token);
        var comparison = await reports.CompareVersionsAsync(MetricsQuery.All, cancellationToken: token);

        Assert.Contains("| 2030-01-02 | t | a |", series.ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains("\r\n2030-01-02T00:00:00Z,t,a,p,", series.ToCsv(), StringComparison.Ordinal);
        Assert.Contains("\"bucket\": \"1.00:00:00\"", series.ToJson(), StringComparison.Ordinal);
        Assert.Contains("\r\nt,Keep,a,a,\"keep a for t: no other model is shown to do better, n = 100\",b,100,100,", advice.ToCsv(), StringComparison.Ordinal);
        Assert.Contains("\"verdict\": \"Keep\"", advice.ToJson(), StringComparison.Ordinal);
        Assert.Equal(3, advice.ToMarkdown().TrimEnd().Split('\n').Length);
        Assert.Contains("| a | all | v1 | v2 | no difference that matters is shown: success ", comparison.ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains("\r\nb,p,t,v1,v2,", comparison.ToCsv(), StringComparison.Ordinal);
        Assert.Contains("\"before\": \"v1\"", comparison.ToJson(), StringComparison.Ordinal);
    }

    private static ValueTask<PerformanceReport> ReportAsync(IReadOnlyList<CallOutcome> outcomes) =>
        Reports(outcomes).SummarizeAsync(MetricsQuery.All, TestContext.Current.CancellationToken);

    private static PerformanceReports Reports(IReadOnlyList<CallOutcome> outcomes) =>
        new(new ListStore(outcomes), static _ => Task.CompletedTask, static _ => null, new FixedTime(Now));

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
