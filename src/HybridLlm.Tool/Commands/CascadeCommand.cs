using System.CommandLine;
using HybridLlm.Tool.Cascade;
using HybridLlm.Tool.Files;
using Spectre.Console;

namespace HybridLlm.Tool.Commands;

/// <summary><c>hybridllm eval cascade</c>: tells how sure one can be of the answers of a weak model.</summary>
internal static class CascadeCommand
{
    public static Command Create()
    {
        var options = new EvalOptions();
        var command = new Command("cascade", "Learns which answers of a weak model to escalate; rows: prompt, weak_answer, weak_correct, strong_correct.");
        options.AddTo(command);
        command.SetAction((result, cancellationToken) =>
            RunAsync(options.ValuesOf(result), AnsiConsole.Console, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    /// <summary>Runs the command; returns its exit code.</summary>
    internal static Task<int> RunAsync(EvalOptions.Values options, IAnsiConsole console, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        return CommandRun.OfAsync(RunAsync, CascadeJsonContext.Default.CascadeSummary, output, error);

        async Task<CascadeSummary> RunAsync()
        {
            var type = CascadeJsonContext.Default.CascadeRow;
            var train = await JsonLines.ReadAsync(options.Train, type, CascadeRow.WhyNotLearnable, cancellationToken).ConfigureAwait(false);
            options.Validate(train.Count);
            var (decisions, summary) = options.CrossValidates
                ? CascadeRun.CrossValidate(train, options.Folds, options.Seed, cancellationToken)
                : CascadeRun.Train(train, await JsonLines.ReadAsync(options.Test!, type, cancellationToken).ConfigureAwait(false), options.Seed, cancellationToken);
            if (options.Decisions is { } file)
            {
                await JsonLines.WriteAsync(file, decisions, CascadeJsonContext.Default.CascadeDecision, cancellationToken).ConfigureAwait(false);
            }

            CascadeTables.Write(console, summary);
            return summary;
        }
    }
}
