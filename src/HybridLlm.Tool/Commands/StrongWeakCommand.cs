using System.CommandLine;
using HybridLlm.Tool.Files;
using HybridLlm.Tool.StrongWeak;
using Spectre.Console;

namespace HybridLlm.Tool.Commands;

/// <summary><c>hybridllm eval strong-weak</c>: tells from prompts alone where a strong model is worth its price.</summary>
internal static class StrongWeakCommand
{
    public static Command Create()
    {
        var options = new EvalOptions();
        var command = new Command("strong-weak", "Learns from prompts when a strong model is needed; rows: prompt, weak_correct, strong_correct.");
        options.AddTo(command);
        command.SetAction((result, cancellationToken) =>
            RunAsync(options.ValuesOf(result), AnsiConsole.Console, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    /// <summary>Runs the command; returns its exit code.</summary>
    internal static Task<int> RunAsync(EvalOptions.Values options, IAnsiConsole console, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        return CommandRun.OfAsync(RunAsync, StrongWeakJsonContext.Default.StrongWeakSummary, output, error);

        async Task<StrongWeakSummary> RunAsync()
        {
            var type = StrongWeakJsonContext.Default.StrongWeakRow;
            var train = await JsonLines.ReadAsync(options.Train, type, StrongWeakRow.WhyNotLearnable, cancellationToken).ConfigureAwait(false);
            options.Validate(train.Count);
            var (decisions, summary) = options.CrossValidates
                ? StrongWeakRun.CrossValidate(train, options.Folds, options.Seed, cancellationToken)
                : StrongWeakRun.Train(train, await JsonLines.ReadAsync(options.Test!, type, cancellationToken).ConfigureAwait(false), options.Seed, cancellationToken);
            if (options.Decisions is { } file)
            {
                await JsonLines.WriteAsync(file, decisions, StrongWeakJsonContext.Default.StrongWeakDecision, cancellationToken).ConfigureAwait(false);
            }

            StrongWeakTables.Write(console, summary);
            return summary;
        }
    }
}
