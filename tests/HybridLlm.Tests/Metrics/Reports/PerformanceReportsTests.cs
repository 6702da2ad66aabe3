using HybridLlm.Metrics.Reports;
using HybridLlm.Tests.Support;

namespace HybridLlm.Tests.Metrics.Reports;

public sealed class PerformanceReportsTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_figure_is_a_count_over_a_count()
    {
        var report = await Reports(
        [
            Outcomes.Success(ms: 100) with { TimeToFirstTokenMs = 10, TokensPerSecond = 40, InputTokens = 1_000_000, OutputTokens = 500_000 },
            Outcomes.Success(ms: 100) with { IsFallback = true, InputTokens = 0, OutputTokens = 0 },
            Outcomes.Failure() with { DurationMs = 50 },
            Outcomes.Success(ms: 150) with { Status = OutcomeStatus.Escalated, Rating = 0.5, InputTokens = 0, OutputTokens = 0 },
            Outcomes.Success() with { Status = OutcomeStatus.Cached },
            Outcomes.Rating(1, "a"),
            Outcomes.Rating(0.25, "b"),
        ]).SummarizeAsync(MetricsQuery.All, Token);

        var row = Assert.Single(report.Rows);
        Assert.Equal((4, 2, 1, 1, 1, 2), (row.Attempts, row.Succeeded, row.Failed, row.Escalated, row.Cached, row.Ratings));
        Assert.Equal((0.5, 0.25, 0.25), (row.SuccessRate, row.EscalationRate, row.FallbackRate));
        Assert.Equal((3, 0.5, 1.0), (row.Judged, row.Accuracy, row.EscalationAccuracy));
        Assert.Equal((1 / 3.0, 0.625, 0.5), (row.CacheHitRate, row.Satisfaction, row.LostShare));
        Assert.Equal((100, 10, 40), (row.LatencyMeanMs, row.TimeToFirstTokenMs, row.TokensPerSecond));
        Assert.InRange(row.LatencyP99Ms!.Value, 97, 103);
        Assert.Equal((400, 4_096, 4.0), (row.BusyMs, row.MemoryMB, row.Cost));
        Assert.Equal(row with { TaskType = null }, Assert.Single(report.Models));
        Assert.Equal(row with { TaskType = null, Model = null, Provider = null, MemoryMB = null }, report.Total);
    }

    [Fact]
    public async Task What_was_never_counted_has_no_rate()
    {
        var report = await Reports([Outcomes.Rating(1, "r", model: "unknown")]).SummarizeAsync(MetricsQuery.All, Token);

        var row = Assert.Single(report.Rows);
        Assert.Equal((0, 1.0, 1.0), (row.Attempts, row.Accuracy, row.Satisfaction));
        Assert.Null(row.SuccessRate ?? row.LatencyP50Ms ?? row.TimeToFirstTokenMs ?? row.TokensPerSecond ?? row.EscalationRate ?? row.EscalationAccuracy);
        Assert.Null(row.FallbackRate ?? row.CacheHitRate ?? row.LostShare ?? row.Cost);
        Assert.Null(row.SuccessInterval);

        var nothing = await Reports([]).SummarizeAsync(MetricsQuery.All, Token);
        Assert.Empty(nothing.Rows);
        Assert.Equal(new PerformanceSummary(), nothing.Total);
    }

    [Fact]
    public async Task A_window_is_widened_to_full_hours_and_the_report_says_so()
    {
        var outcomes = Enumerable.Range(0, 10).Select(i => Outcomes.Success(second: i * 1_800)).ToList();

        var report = await Reports(outcomes).SummarizeAsync(
            new() { From = Outcomes.Epoch.AddMinutes(100), To = Outcomes.Epoch.AddMinutes(125) }, Token);

        Assert.Equal((Outcomes.Epoch + Hour, Outcomes.Epoch + (3 * Hour)), (report.Query.From, report.Query.To));
        Assert.Equal(4, report.Total.Attempts);
    }

    [Fact]
    public async Task A_series_has_a_point_where_there_are_outcomes()
    {
        var series = await Reports([Outcomes.Success(second: 10), Outcomes.Failure(second: 20), Outcomes.Success(second: 90_000)]).GetSeriesAsync(MetricsQuery.All, Hour, Token);

        Assert.Equal([Outcomes.Epoch, Outcomes.Epoch.AddHours(25)], series.Points.Select(static point => point.Start));
        Assert.Equal([0.5, 1], series.Points.Select(static point => point.Figures.SuccessRate!.Value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(59)]
    [InlineData(90)]
    [InlineData(60 * 24 * 367)]
    public async Task A_part_of_the_time_is_a_whole_number_of_hours(int minutes) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Reports([]).GetSeriesAsync(MetricsQuery.All, TimeSpan.FromMinutes(minutes), Token));

    [Fact]
    public async Task A_window_that_ends_before_it_begins_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await Reports([]).RecommendAsync(new() { From = Outcomes.Epoch, To = Outcomes.Epoch.AddDays(-1) }, Token));

    [Fact]
    public async Task Windows_as_wide_as_time_work()
    {
        var report = await Reports([Outcomes.Success()]).SummarizeAsync(new() { From = DateTimeOffset.MinValue, To = DateTimeOffset.MaxValue }, Token);

        Assert.Equal(1, report.Total.Attempts);
    }

    [Fact]
    public async Task Versions_are_compared_by_when_they_were_first_seen()
    {
        List<CallOutcome> outcomes = [];
        for (var i = 0; i < 300; i++)
        {
            var version = i < 100 ? "c" : i < 200 ? "a" : "b";
            outcomes.Add((version == "b" && i % 3 == 0 ? Outcomes.Failure(second: i) : Outcomes.Success(ms: 100 + (i % 7), second: i)) with { ModelVersion = version });
        }

        var latest = await Reports(outcomes).CompareVersionsAsync(MetricsQuery.All, cancellationToken: Token);
        var chosen = await Reports(outcomes).CompareVersionsAsync(MetricsQuery.All, "c", "a", Token);

        Assert.Equal([null, "t"], latest.Comparisons.Select(static comparison => comparison.TaskType));
        Assert.All(latest.Comparisons, static comparison => Assert.Equal(("a", "b", ComparisonVerdict.Worse), (comparison.Before, comparison.After, comparison.Verdict)));
        Assert.StartsWith("succeeds less often: 67 % instead of 100 % (", latest.Comparisons[0].Finding, StringComparison.Ordinal);
        Assert.All(chosen.Comparisons, static comparison => Assert.Equal(("c", "a", ComparisonVerdict.NoDifference), (comparison.Before, comparison.After, comparison.Verdict)));
        Assert.Empty((await Reports(outcomes).CompareVersionsAsync(MetricsQuery.All, "c", "nonesuch", Token)).Comparisons);
        Assert.Empty((await Reports([Outcomes.Success()]).CompareVersionsAsync(MetricsQuery.All, cancellationToken: Token)).Comparisons);
    }

    [Fact]
    public async Task Without_a_store_the_error_names_the_remedy()
    {
        await using var routes = new TwoRoutes();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () => await routes.Get<IPerformanceReports>().SummarizeAsync(MetricsQuery.All, Token));

        Assert.Contains("HybridLlm:Metrics:Store", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_reports_what_it_has_just_done_fallbacks_and_prices_included()
    {
        using var folder = new TemporaryFolder();
        await using var routes = new TwoRoutes(options =>
        {
            options.Metrics.Store = "Json";
            options.Metrics.Path = folder.Path;
            options.Models["b"].OutputPrice = 5;
        });
        routes.A.OnStream = _ => throw new HttpRequestException("refused");

        var response = await routes.AskAsync();
        await routes.Client.RecordFeedbackAsync(response.ResponseId, Feedback.Accepted, Token);
        var report = await routes.Get<IPerformanceReports>().SummarizeAsync(MetricsQuery.All, Token);

        var a = report.Models.Single(static row => row.Model == "a");
        var b = report.Models.Single(static row => row.Model == "b");
        Assert.Equal((0, 0), (a.SuccessRate, a.FallbackRate));
        Assert.Equal((1, 1, 1, 1), (b.SuccessRate, b.FallbackRate, b.Satisfaction, b.Accuracy));
        Assert.Null(b.CacheHitRate);
        Assert.Null(a.Cost);
        Assert.Equal(b.OutputTokens * 5 / 1e6, b.Cost);
    }

    private static PerformanceReports Reports(IReadOnlyList<CallOutcome> outcomes) => new(
        new ListStore(outcomes),
        static _ => Task.CompletedTask,
        static name => name == "m" ? new() { Name = name, Provider = "p", ModelId = name, InputPrice = 3, OutputPrice = 2, MemoryMB = 4_096 } : null,
        TimeProvider.System);
}
