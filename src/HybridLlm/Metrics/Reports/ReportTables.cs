using System.Globalization;

namespace HybridLlm.Metrics.Reports;

/// <summary>What columns each report has.</summary>
internal static class ReportTables
{
    private const string All = "all";

    private static readonly ReportColumn<PerformanceSummary>[] FigureColumns =
    [
        new("task_type", static row => row.TaskType ?? All, "task"),
        new("model", static row => row.Model ?? All, "model"),
        new("provider", static row => row.Provider ?? All),
        Count("attempts", static row => row.Attempts, "n"),
        Count("succeeded", static row => row.Succeeded),
        Count("failed", static row => row.Failed),
        Count("escalated", static row => row.Escalated),
        Count("cancelled", static row => row.Cancelled),
        Count("cached", static row => row.Cached),
        Count("ratings", static row => row.Ratings),
        Share("success_rate", static row => row.SuccessRate, "success"),
        Share("success_low", static row => row.SuccessInterval?.Low),
        Share("success_high", static row => row.SuccessInterval?.High),
        Count("judged", static row => row.Judged),
        Share("accuracy", static row => row.Accuracy, "right"),
        Milliseconds("latency_p50_ms", static row => row.LatencyP50Ms, "P50"),
        Milliseconds("latency_p95_ms", static row => row.LatencyP95Ms, "P95"),
        Milliseconds("latency_p99_ms", static row => row.LatencyP99Ms, "P99"),
        Milliseconds("latency_mean_ms", static row => row.LatencyMeanMs),
        Milliseconds("time_to_first_token_ms", static row => row.TimeToFirstTokenMs, "first"),
        new("tokens_per_second", static row => row.TokensPerSecond, "tok/s", static row => Number(row.TokensPerSecond, "0.#")),
        Share("escalation_rate", static row => row.EscalationRate, "esc."),
        Share("escalation_accuracy", static row => row.EscalationAccuracy, "esc. right"),
        Share("fallback_rate", static row => row.FallbackRate, "fallback"),
        Share("cache_hit_rate", static row => row.CacheHitRate, "cache"),
        new("satisfaction", static row => row.Satisfaction, "rating", static row => Number(row.Satisfaction, "0.00")),
        Count("input_tokens", static row => row.InputTokens),
        Count("output_tokens", static row => row.OutputTokens),
        Count("unmetered", static row => row.Unmetered),
        new("busy_ms", static row => row.BusyMs, "busy", static row => Duration(row.BusyMs)),
        Share("lost_share", static row => row.LostShare, "lost"),
        Count("memory_mb", static row => row.MemoryMB),
        new("cost", static row => row.Cost, "cost", static row => Number(row.Cost, "0.00##")),
        new("first", static row => row.First),
        new("last", static row => row.Last),
    ];

    public static ReportTable Of(PerformanceReport report) =>
        ReportTable.Of(
            FigureColumns,
            report.Rows,
            report.Rows.Count > 0 ? [.. report.Rows, .. report.Models, report.Total] : []);

    public static ReportTable Of(PerformanceSeries series) => ReportTable.Of(
        [new("start", static point => point.Start, "from", point => Time(point.Start, series.Bucket)), .. FigureColumns.Select(static column => column.Of<PerformancePoint>(static point => point.Figures))],
        series.Points);

    public static ReportTable Of(RecommendationReport report) => ReportTable.Of<(ModelRecommendation Task, ModelComparison? Evidence)>(
        [
            new("task_type", static row => row.Task.TaskType, "task"),
            new("verdict", static row => row.Task.Verdict, "verdict"),
            new("model", static row => row.Task.Model, "use"),
            new("in_use", static row => row.Task.InUse),
            new("reason", static row => row.Task.Reason, "because"),
            new("compared", static row => row.Evidence?.Model),
            new("compared_attempts", static row => row.Evidence?.Attempts),
            new("in_use_attempts", static row => row.Evidence?.OtherAttempts),
            new("success_difference", static row => row.Evidence?.SuccessDifference),
            new("success_low", static row => row.Evidence?.SuccessInterval?.Low),
            new("success_high", static row => row.Evidence?.SuccessInterval?.High),
            new("speed_ratio", static row => row.Evidence?.SpeedRatio),
            new("speed_low", static row => row.Evidence?.SpeedInterval?.Low),
            new("speed_high", static row => row.Evidence?.SpeedInterval?.High),
            new("cost_ratio", static row => row.Evidence?.CostRatio),
            new("finding", static row => row.Evidence?.Finding),
        ],
        [.. report.Tasks.SelectMany(static task => task.Evidence.Count == 0 ? [(task, (ModelComparison?)null)] : task.Evidence.Select(evidence => (task, (ModelComparison?)evidence)))],
        [.. report.Tasks.Select(static task => (task, (ModelComparison?)null))]);

    public static ReportTable Of(ComparisonReport report) => ReportTable.Of<VersionComparison>(
        [
            new("model", static row => row.Model, "model"),
            new("provider", static row => row.Provider),
            new("task_type", static row => row.TaskType ?? All, "task"),
            new("before", static row => row.Before, "before"),
            new("after", static row => row.After, "after"),
            new("verdict", static row => row.Verdict),
            new("before_attempts", static row => row.BeforeFigures.Attempts),
            new("after_attempts", static row => row.AfterFigures.Attempts),
            new("before_success_rate", static row => row.BeforeFigures.SuccessRate),
            new("after_success_rate", static row => row.AfterFigures.SuccessRate),
            new("success_difference", static row => row.SuccessDifference),
            new("success_low", static row => row.SuccessInterval?.Low),
            new("success_high", static row => row.SuccessInterval?.High),
            new("speed_ratio", static row => row.SpeedRatio),
            new("speed_low", static row => row.SpeedInterval?.Low),
            new("speed_high", static row => row.SpeedInterval?.High),
            new("satisfaction_difference", static row => row.SatisfactionDifference),
            new("satisfaction_low", static row => row.SatisfactionInterval?.Low),
            new("satisfaction_high", static row => row.SatisfactionInterval?.High),
            new("finding", static row => row.Finding, "finding"),
        ],
        report.Comparisons);

    private static ReportColumn<PerformanceSummary> Count(string name, Func<PerformanceSummary, long?> value, string? title = null) =>
        new(name, row => value(row), title, row => Number(value(row), "#,0"));

    private static ReportColumn<PerformanceSummary> Share(string name, Func<PerformanceSummary, double?> value, string? title = null) => new(name, row => value(row), title, row => Percent(value(row)));

    private static ReportColumn<PerformanceSummary> Milliseconds(string name, Func<PerformanceSummary, double?> value, string? title = null) =>
        new(name, row => value(row), title, row => value(row) is { } milliseconds ? Duration(milliseconds) : "–");

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    private static string Percent(double? value) => value is { } share ? (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %" : "–";

    private static string Duration(double milliseconds) => milliseconds switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms"),
        < 100_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1_000:0.0} s"),
        < 3_600_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 60_000:0.0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 3_600_000:0.0} h"),
    };

    private static string Time(DateTimeOffset start, TimeSpan bucket) =>
        start.UtcDateTime.ToString(bucket.Ticks % TimeSpan.TicksPerDay == 0 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
