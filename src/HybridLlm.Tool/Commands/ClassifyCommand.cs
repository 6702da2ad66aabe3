using System.CommandLine;
using System.Text.Json;
using HybridLlm.Tool.Classification;
using HybridLlm.Tool.Files;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace HybridLlm.Tool.Commands;

/// <summary><c>hybridllm eval classify</c>: classifies the prompts of a file and compares with its labels.</summary>
internal static class ClassifyCommand
{
    /// <summary>So many prompts are classified before times are taken, so that they are those of code that has run for a while.</summary>
    private const int LongWarmUp = 400;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "One JSON object a line: prompt, and if known id, task_type, also, complexity." };
        var decisions = new Option<string?>("--decisions") { Description = "Where to write one line for each prompt, in order." };
        var secondOpinion = new Option<string?>("--second-opinion")
        {
            Description = "Asks about what is not sure, and says what that gained and cost: encoder, which is built in, or a model of the configuration.",
        };
        var configuration = new Option<string?>("--config") { Description = "A JSON file with the section HybridLlm, for a model as second opinion." };
        var command = new Command("classify", "Tells what prompts ask for, and how well that agrees with their labels.") { file, decisions, secondOpinion, configuration };
        command.SetAction((result, cancellationToken) => RunAsync(
            new(result.GetRequiredValue(file), result.GetValue(decisions), result.GetValue(secondOpinion), result.GetValue(configuration)),
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
            if (arguments.SecondOpinion is not (null or Classifiers.Encoder) && !File.Exists(arguments.Configuration))
            {
                throw new InputException($"To ask the model '{arguments.SecondOpinion}', name with --config a file that says where it is served.");
            }

            var rows = await JsonLines.ReadAsync(arguments.File, ClassifyJsonContext.Default.PromptRow, cancellationToken).ConfigureAwait(false);
            var (decisions, summary) = await ClassifyAsync(rows, secondOpinion: null, configuration: null, error, cancellationToken).ConfigureAwait(false);
            if (arguments.SecondOpinion is { } name)
            {
                var (before, without) = (decisions, summary);
                (decisions, summary) = await ClassifyAsync(rows, name, arguments.Configuration, error, cancellationToken).ConfigureAwait(false);
                summary = summary with { SecondOpinion = SecondOpinionGain.Of(name, before, without, decisions) };
            }

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

    private static async Task<(List<Decision> Decisions, Summary Summary)> ClassifyAsync(
        List<PromptRow> rows, string? secondOpinion, string? configuration, TextWriter error, CancellationToken cancellationToken)
    {
        var services = Classifiers.Build(secondOpinion, configuration, error);
        await using var ownership = services.ConfigureAwait(false);
        var classifier = services.GetRequiredService<ITaskClassifier>();
        var (decisions, microseconds) = await ClassifyRun.RunAsync(classifier, rows, warmUp: secondOpinion is null ? LongWarmUp : 1, cancellationToken).ConfigureAwait(false);
        return (decisions, Scoring.Summarize(rows, decisions, microseconds));
    }

    /// <summary>What the user asked for.</summary>
    internal sealed record Arguments(string File, string? Decisions, string? SecondOpinion = null, string? Configuration = null);
}
