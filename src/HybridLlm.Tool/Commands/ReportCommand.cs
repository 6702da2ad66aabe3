using System.CommandLine;
using System.Globalization;
using HybridLlm.Metrics.Reports;
using HybridLlm.Tool.Files;
using HybridLlm.Tool.Reports;
using Spectre.Console;

namespace HybridLlm.Tool.Commands;

/// <summary><c>hybridllm report</c>: tells from the metrics of an application how its models do.</summary>
internal static class ReportCommand
{
    public static Command Create() => new("report", "Tells from the metrics of an application how its models do.")
    {
        Verb("summary", "How each model does at each task.", static (arguments, reports, token) => TellAsync(
            reports.SummarizeAsync(arguments.Query, token), ReportTables.Of, ReportExport.ToJson, ReportExport.ToCsv, ReportExport.ToMarkdown)),
        Verb("series", "The same in the course of time.", static (arguments, reports, token) => TellAsync(
            reports.GetSeriesAsync(arguments.Query, arguments.Bucket, token), ReportTables.Of, ReportExport.ToJson, ReportExport.ToCsv, ReportExport.ToMarkdown)),
        Verb("recommend", "Which model to use for which task, and what says so.", static (arguments, reports, token) => TellAsync(
            reports.RecommendAsync(arguments.Query, token), ReportTables.Of, ReportExport.ToJson, ReportExport.ToCsv, ReportExport.ToMarkdown)),
        Verb("compare", "How models did before and after they became another version.", static (arguments, reports, token) => TellAsync(
            reports.CompareVersionsAsync(arguments.Query, arguments.Before, arguments.After, token), ReportTables.Of, ReportExport.ToJson, ReportExport.ToCsv, ReportExport.ToMarkdown)),
    };

    private static Command Verb(string name, string description, Func<ReportOptions.Values, IPerformanceReports, CancellationToken, Task<Report>> make)
    {
        var options = new ReportOptions();
        var command = new Command(name, description);
        options.AddTo(command, hasBucket: name == "series", hasVersions: name == "compare");
        command.SetAction((result, cancellationToken) => RunAsync(
            name,
            () => options.ValuesOf(result, DateTimeOffset.UtcNow),
            make,
            AnsiConsole.Console,
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }

    /// <summary>Runs a verb; returns its exit code.</summary>
    private static async Task<int> RunAsync(
        string name,
        Func<ReportOptions.Values> read,
        Func<ReportOptions.Values, IPerformanceReports, CancellationToken, Task<Report>> make,
        IAnsiConsole console,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken)
    {
        try
        {
            var arguments = read();
            var source = ReportSource.Open(arguments.Path, arguments.Configuration, error);
            await using var ownership = source.ConfigureAwait(false);
            var report = await make(arguments, source.Reports, cancellationToken).ConfigureAwait(false);
            if (arguments.Format == ReportFormat.Table && arguments.Output is null)
            {
                TableView.Write(console, report.Table, $"{name}, {Window(arguments.Query)}");
                return 0;
            }

            var text = arguments.Format switch
            {
                ReportFormat.Json => report.Json() + "\n",
                ReportFormat.Csv => report.Csv(),
                _ => report.Markdown(),
            };
            if (arguments.Output is { } file)
            {
                await File.WriteAllTextAsync(file, text, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await output.WriteAsync(text).ConfigureAwait(false);
            }

            return 0;
        }
        catch (Exception exception) when (exception is InputException or ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return 1;
        }
    }

    private static async Task<Report> TellAsync<T>(ValueTask<T> making, Func<T, ReportTable> table, Func<T, string> json, Func<T, string> csv, Func<T, string> markdown)
    {
        var report = await making.ConfigureAwait(false);
        return new(table(report), () => json(report), () => csv(report), () => markdown(report));
    }

    private static string Window(MetricsQuery query) => (query.From, query.To) switch
    {
        ({ } from, { } to) => $"{Time(from)} to {Time(to)}",
        ({ } from, null) => $"from {Time(from)}",
        (null, { } to) => $"until {Time(to)}",
        _ => "all that is kept",
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A report in all its forms.</summary>
    private sealed record Report(ReportTable Table, Func<string> Json, Func<string> Csv, Func<string> Markdown);
}
