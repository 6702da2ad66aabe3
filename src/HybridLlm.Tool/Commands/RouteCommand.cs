using System.CommandLine;
using HybridLlm.Tool.Files;
using HybridLlm.Tool.Routing;
using Spectre.Console;

namespace HybridLlm.Tool.Commands;

/// <summary><c>hybridllm eval route</c>: chooses among models by what is recorded of them, and compares that with other ways to choose.</summary>
internal static class RouteCommand
{
    private const string Frozen = "frozen";
    private const string Online = "online";

    public static Command Create()
    {
        var options = new EvalOptions();
        var models = new Option<string>("--models")
        {
            Description = "The models, one JSON object: for each its parameters_b and relative_price.",
            Required = true,
        };
        var mode = new Option<string>("--mode")
        {
            Description = "frozen: learn first, then choose. online: begin with nothing and learn from each request.",
            DefaultValueFactory = static _ => Frozen,
        };
        mode.AcceptOnlyFromAmong(Frozen, Online);
        var only = new Option<string?>("--only") { Description = "The models to choose among, parted by commas." };
        var trueTasks = new Option<bool>("--true-tasks") { Description = "Reads the tasks of the rows to decide about instead of predicting them." };
        var order = new Option<RequestOrder>("--order")
        {
            Description = "Online: the order of the requests. auto: as in the file, but shuffled where its rows lie in blocks of one task each.",
            DefaultValueFactory = static _ => RequestOrder.Auto,
        };
        var drift = new Option<int?>("--drift") { Description = "Online: at this request the best model and the worst change places." };
        var wordsOnly = new Option<bool>("--words-only") { Description = "Frozen: does not ask the built-in encoder what prompts mean. Takes half the time or less, and knows less of where models differ." };
        var command = new Command("route", "Learns which model does best on which prompts; rows: prompt, task, scores {model: 0 to 1}.") { models, mode, only, trueTasks, order, drift, wordsOnly };
        options.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(
            options.ValuesOf(result),
            new(
                result.GetRequiredValue(models),
                result.GetValue(mode) == Online,
                result.GetValue(only)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
                result.GetValue(trueTasks),
                result.GetValue(order),
                result.GetValue(drift),
                result.GetValue(wordsOnly)),
            AnsiConsole.Console,
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }

    /// <summary>Runs the command; returns its exit code.</summary>
    internal static Task<int> RunAsync(
        EvalOptions.Values options, Arguments arguments, IAnsiConsole console, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        return CommandRun.OfAsync(RunAsync, RouteJsonContext.Default.RouteSummary, output, error);

        async Task<RouteSummary> RunAsync()
        {
            var models = await ModelSet.ReadAsync(arguments.Models, arguments.Only, cancellationToken).ConfigureAwait(false);
            var train = await ReadAsync(options.Train, mustHaveScores: true).ConfigureAwait(false);
            options.Validate(train.Count);
            var test = options.CrossValidates ? null : await ReadAsync(options.Test!, mustHaveScores: arguments.Online).ConfigureAwait(false);
            var (decisions, summary) = arguments.Online
                ? new OnlineRun(models, arguments.TrueTasks, arguments.Order, options.Seed, arguments.Drift, cancellationToken).Run(train, test, options.Folds)
                : Freeze(new(models, arguments.TrueTasks, options.Seed, withMeaning: !arguments.WordsOnly, cancellationToken), train, test);
            if (options.Decisions is { } file)
            {
                await JsonLines.WriteAsync(file, decisions, RouteJsonContext.Default.RouteDecision, cancellationToken).ConfigureAwait(false);
            }

            RouteTables.Write(console, summary);
            return summary;

            Task<List<RouteRow>> ReadAsync(string path, bool mustHaveScores) =>
                JsonLines.ReadAsync(path, RouteJsonContext.Default.RouteRow, row => row.WhatIsWrong(models.Names, mustHaveScores), cancellationToken);
        }

        (List<RouteDecision> Decisions, RouteSummary Summary) Freeze(RouteRun run, List<RouteRow> train, List<RouteRow>? test) =>
            test is null ? run.CrossValidate(train, options.Folds) : run.Train(train, test);
    }

    /// <summary>What the user asked for beside the options of all verbs.</summary>
    internal sealed record Arguments(
        string Models, bool Online = false, IReadOnlyCollection<string>? Only = null, bool TrueTasks = false, RequestOrder Order = RequestOrder.Auto, int? Drift = null,
        bool WordsOnly = false)
    {
        /// <summary>Gets the models to choose among; empty for all.</summary>
        public IReadOnlyCollection<string> Only { get; } = Only ?? [];
    }
}
