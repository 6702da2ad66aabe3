using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HybridLlm.Metrics.Reports;

namespace HybridLlm;

/// <summary>Reports as text. The same in every culture.</summary>
/// <remarks>
/// <para>JSON: the whole report, indented, names in <c>snake_case</c>; what is not known is <c>null</c>.</para>
/// <para>
/// CSV: as RFC 4180 says, with a header and CRLF; one row for each row of the report, without totals, so that nothing counts twice; what is not known is an empty cell. A
/// text that a spreadsheet would take for a formula gets an apostrophe in front. Names of models and tasks may come from outside.
/// </para>
/// <para>Markdown: a table for people, with fewer columns and with totals.</para>
/// </remarks>
public static class ReportExport
{
    /// <summary>Returns the report as JSON.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The text.</returns>
    public static string ToJson(this PerformanceReport report) => Json(report, ReportJsonContext.Default.PerformanceReport);

    /// <summary>Returns the report as CSV.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The text.</returns>
    public static string ToCsv(this PerformanceReport report) => ReportTables.Of(NotNull(report)).ToCsv();

    /// <summary>Returns the report as Markdown.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The text.</returns>
    public static string ToMarkdown(this PerformanceReport report) => ReportTables.Of(NotNull(report)).ToMarkdown();

    /// <summary>Returns the report as JSON.</summary>
    /// <param name="series">The report.</param>
    /// <returns>The text.</returns>
    public static string ToJson(this PerformanceSeries series) => Json(series, ReportJsonContext.Default.PerformanceSeries);

    /// <summary>Returns the report as CSV.</summary>
    /// <param name="series">The report.</param>
    /// <returns>The text.</returns>
    public static string ToCsv(this PerformanceSeries series) => ReportTables.Of(NotNull(series)).ToCsv();

    /// <summary>Returns the report as Markdown.</summary>
    /// <param name="series">The report.</param>
    /// <returns>The text.</returns>
    public static string ToMarkdown(this PerformanceSeries series) => ReportTables.Of(NotNull(series)).ToMarkdown();

    /// <summary>Returns the report as JSON.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The text.</returns>
    public static string ToJson(this RecommendationReport report) => Json(report, ReportJsonContext.Default.RecommendationReport);

    /// <summary>Returns the report as CSV.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The text.</returns>
    public static string ToCsv(this RecommendationReport report) => ReportTables.Of(NotNull(report)).ToCsv();

    /// <summary>Returns the report as Markdown.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The text.</returns>
    public static string ToMarkdown(this RecommendationReport report) => ReportTables.Of(NotNull(report)).ToMarkdown();

    /// <summary>Returns the report as JSON.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The text.</returns>
    public static string ToJson(this ComparisonReport report) => Json(report, ReportJsonContext.Default.ComparisonReport);

    /// <summary>Returns the report as CSV.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The text.</returns>
    public static string ToCsv(this ComparisonReport report) => ReportTables.Of(NotNull(report)).ToCsv();

    /// <summary>Returns the report as Markdown.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The text.</returns>
    public static string ToMarkdown(this ComparisonReport report) => ReportTables.Of(NotNull(report)).ToMarkdown();

    private static string Json<T>(T report, JsonTypeInfo<T> type) => JsonSerializer.Serialize(NotNull(report), type);

    private static T NotNull<T>(T report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report;
    }
}
