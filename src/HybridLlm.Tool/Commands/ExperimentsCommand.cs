using System.CommandLine;
using System.Text.Json;
using HybridLlm.Tool.Experiments;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace HybridLlm.Tool.Commands;

/// <summary><c>hybridllm experiments report</c>: what an application's experiments and shadow mode have shown.</summary>
internal static class ExperimentsCommand
{
    public static Command Create()
    {
        var configuration = new Option<string>("--config") { Description = "The JSON file with the section HybridLlm that the application reads.", Required = true };
        var file = new Option<string?>("--json") { Description = "Where to write the report as JSON too." };
        var report = new Command("report", "Tells what the experiments have shown. Look as often as you like: the verdicts hold at every look.") { configuration, file };
        report.SetAction((result, cancellationToken) => RunAsync(
            result.GetRequiredValue(configuration),
            result.GetValue(file),
            AnsiConsole.Console,
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            cancellationToken));
        return new Command("experiments", "Experiments and shadow mode.") { report };
    }

    /// <summary>Runs the command; returns its exit code.</summary>
    internal static Task<int> RunAsync(
        string configuration, string? file, IAnsiConsole console, TextWriter output, TextWriter error, CancellationToken cancellationToken) => CommandRun.OfAsync(
        async () =>
        {
            var services = StoreServices.Build(configuration, error);
            await using var ownership = services.ConfigureAwait(false);
            var report = await ReadAsync(services, cancellationToken).ConfigureAwait(false);
            if (file is not null)
            {
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, ExperimentJsonContext.Default.ExperimentReport), cancellationToken).ConfigureAwait(false);
            }

            ExperimentTables.Write(console, report);
            return report;
        },
        ExperimentJsonContext.Default.ExperimentReport,
        output,
        error);

    private static async Task<ExperimentReport> ReadAsync(ServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            return await services.GetRequiredService<IExperimentReports>().ReportAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException exception)
        {
            throw new Files.InputException(exception.Message, exception);
        }
    }
}
