using System.CommandLine;
using System.Text.Json;
using HybridLlm.Tool.Classification;
using HybridLlm.Tool.Files;
using Spectre.Console;

namespace HybridLlm.Tool.Commands;

/// <summary><c>hybridllm eval classify</c>: classifies the prompts of a file and compares with its labels.</summary>
internal static class ClassifyCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "One JSON object a line: prompt, and if known id, task_type, also, complexity." };
        var decisions = new Option<string?>("--decisions") { Description = "Where to write one line for each prompt, in order." };
        var command = new Command("classify", "Tells what prompts ask for, and how well that agrees with their labels.") { file, decisions };
        command.SetAction((result, cancellationToken) => RunAsync(
            new(result.GetRequiredValue(file), result.GetValue(decisions)),
            AnsiConsole.Console,
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }

    /// <summary>Runs the command; returns its exit code.</summary>
    internal static async Task<int> RunAsync(Arguments arguments, IAnsiConsole console, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var rows = await JsonLines.ReadAsync(arguments.File, ClassifyJsonContext.Default.PromptRow, cancellationToken).ConfigureAwait(false);
            var classifier = Classifiers.Default();
            var (decisions, microseconds) = await ClassifyRun.RunAsync(classifier, rows, isTimed: true, cancellationToken).ConfigureAwait(false);
            var summary = Scoring.Summarize(rows, decisions, microseconds);
            if (arguments.Decisions is { } decisionsFile)
            {
                await JsonLines.WriteAsync(decisionsFile, decisions, ClassifyJsonContext.Default.Decision, cancellationToken).ConfigureAwait(false);
            }

            SummaryTables.Write(console, summary);
            await output.WriteLineAsync(JsonSerializer.Serialize(summary, ClassifyJsonContext.Default.Summary)).ConfigureAwait(false);
            return 0;
        }
        catch (InputException exception)
        {
            await error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return 1;
        }
    }

    /// <summary>What the user asked for.</summary>
    internal sealed record Arguments(string File, string? Decisions);
}
