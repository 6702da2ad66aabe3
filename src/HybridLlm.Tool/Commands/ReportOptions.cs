using System.CommandLine;
using HybridLlm.Tool.Files;
using HybridLlm.Tool.Reports;

namespace HybridLlm.Tool.Commands;

/// <summary>The options of the verbs that report.</summary>
internal sealed class ReportOptions
{
    private readonly Option<string?> _path = new("--path") { Description = "The folder of the metrics. Default: that of the configuration, else the one that applications of this user have." };
    private readonly Option<string?> _config = new("--config") { Description = "A JSON file with the section HybridLlm: where the metrics are, and what models cost." };
    private readonly Option<string?> _last = new("--last") { Description = "Only so long ago: 12h, 7d, 2w." };
    private readonly Option<string?> _from = new("--from") { Description = "From this time on, such as 2030-01-31 or 2030-01-31T12:00:00Z. Windows are widened to full hours." };
    private readonly Option<string?> _to = new("--to") { Description = "Before this time." };
    private readonly Option<string?> _model = new("--model") { Description = "Only this model." };
    private readonly Option<string?> _provider = new("--provider") { Description = "Only this provider." };
    private readonly Option<string?> _task = new("--task") { Description = "Only this task type." };
    private readonly Option<ReportFormat> _format = new("--format") { Description = "table, json, csv or markdown.", DefaultValueFactory = static _ => ReportFormat.Table };
    private readonly Option<string?> _output = new("--output") { Description = "The file to write; a table is written as Markdown." };
    private readonly Option<string> _bucket = new("--bucket") { Description = "How long each part of the time is: 1h, 1d, 1w.", DefaultValueFactory = static _ => "1d" };
    private readonly Option<string?> _before = new("--before") { Description = "The earlier version. Default: the one seen before the later one." };
    private readonly Option<string?> _after = new("--after") { Description = "The later version. Default: the one that was first seen last." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command, bool hasBucket, bool hasVersions)
    {
        List<Option> options = [_path, _config, _last, _from, _to, _model, _provider, _task, _format, _output];
        options.AddRange(hasBucket ? [_bucket] : []);
        options.AddRange(hasVersions ? [_before, _after] : []);
        options.ForEach(command.Options.Add);
    }

    /// <summary>Gets what the user asked for.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public Values ValuesOf(ParseResult result, DateTimeOffset now)
    {
        if (result.GetValue(_last) is not null && result.GetValue(_from) is not null)
        {
            throw new InputException("--last and --from both say where the window begins. Give one of them.");
        }

        var from = result.GetValue(_last) is { } last ? now - TimeSpans.Parse("--last", last)
            : result.GetValue(_from) is { } start ? TimeSpans.ParseTime("--from", start)
            : (DateTimeOffset?)null;
        return new(
            result.GetValue(_path),
            result.GetValue(_config),
            new()
            {
                From = from,
                To = result.GetValue(_to) is { } end ? TimeSpans.ParseTime("--to", end) : null,
                Model = result.GetValue(_model),
                Provider = result.GetValue(_provider),
                TaskType = result.GetValue(_task),
            },
            result.GetValue(_format),
            result.GetValue(_output),
            result.CommandResult.Command.Options.Contains(_bucket) ? TimeSpans.Parse("--bucket", result.GetValue(_bucket)!) : default,
            result.CommandResult.Command.Options.Contains(_before) ? result.GetValue(_before) : null,
            result.CommandResult.Command.Options.Contains(_after) ? result.GetValue(_after) : null);
    }

    /// <summary>What the user asked for.</summary>
    internal sealed record Values(
        string? Path, string? Configuration, MetricsQuery Query, ReportFormat Format, string? Output, TimeSpan Bucket, string? Before, string? After);
}
