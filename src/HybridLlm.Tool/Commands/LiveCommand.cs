using System.CommandLine;
using System.Text.Json;
using HybridLlm.Tool.Files;
using HybridLlm.Tool.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace HybridLlm.Tool.Commands;

/// <summary><c>hybridllm eval live</c>: has real models answer tasks, and compares the router with always asking one of them.</summary>
internal static class LiveCommand
{
    public static Command Create()
    {
        var configuration = new Option<string>("--config") { Description = "A JSON file with the section HybridLlm: the providers, and the models if they are not discovered.", Required = true };
        var tasks = new Option<string>("--tasks") { Description = "One JSON object a line: prompt, check {kind, value}, and if known id, task_type, complexity, schema.", Required = true };
        var warmup = new Option<string?>("--warmup") { Description = "Tasks of the same form to learn from first; they are not counted." };
        var fast = new Option<string?>("--fast") { Description = "The fast model. Default: the one with the highest assumed speed." };
        var strong = new Option<string?>("--strong") { Description = "The strong model. Default: the one with the highest assumed quality." };
        var threshold = new Option<double?>("--threshold")
        {
            Description = $"The confidence below which a stronger model is asked. Default: the configured one, or {LiveServices.UsualThreshold}.",
        };
        var limit = new Option<int?>("--limit") { Description = "Answers only so many tasks." };
        var maxTokens = new Option<int>("--max-tokens") { Description = "How long answers may be.", DefaultValueFactory = _ => 200 };
        var trueTasks = new Option<bool>("--true-tasks") { Description = "Tells the router what each task is, instead of letting it find out." };
        var schemas = new Option<bool>("--schemas") { Description = "Holds answers to the schemas of the tasks." };
        var decisions = new Option<string?>("--decisions") { Description = "Where to write one line for each task, in order." };
        var command = new Command("live", "Has real models answer tasks: always the fast one, always the strong one, the best split, and the router as it learns.")
        {
            configuration, tasks, warmup, fast, strong, threshold, limit, maxTokens, trueTasks, schemas, decisions,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            new(result.GetRequiredValue(configuration), result.GetRequiredValue(tasks))
            {
                Warmup = result.GetValue(warmup),
                Fast = result.GetValue(fast),
                Strong = result.GetValue(strong),
                Threshold = result.GetValue(threshold),
                Limit = result.GetValue(limit),
                Decisions = result.GetValue(decisions),
                Settings = new(result.GetValue(trueTasks), result.GetValue(schemas), result.GetValue(maxTokens)),
            },
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
            var (rows, warmup) = await ReadAsync(arguments, cancellationToken).ConfigureAwait(false);
            var services = LiveServices.Build(arguments.Configuration, arguments.Threshold, error);
            await using var ownership = services.ConfigureAwait(false);
            var arms = await AnswerAsync(services, arguments, rows, warmup, cancellationToken).ConfigureAwait(false);
            if (arguments.Decisions is { } file)
            {
                await JsonLines.WriteAsync(
                    file, rows.Select((row, i) => LiveDecision.Of(row, arms.Ours[i], arms.Fast[i], arms.Strong[i])), LiveJsonContext.Default.LiveDecision, cancellationToken)
                    .ConfigureAwait(false);
            }

            var used = services.GetRequiredService<IOptions<HybridLlmOptions>>().Value.Routing.EscalationThreshold ?? 0;
            var summary = LiveScoring.Summarize(rows, arms, used, warmup.Count, arguments.Settings.UseTrueTasks);
            LiveTables.Write(console, summary);
            await output.WriteLineAsync(JsonSerializer.Serialize(summary, LiveJsonContext.Default.LiveSummary)).ConfigureAwait(false);
            return 0;
        }
        catch (InputException exception)
        {
            await error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return 1;
        }
    }

    private static async Task<(List<TaskRow> Rows, List<TaskRow> Warmup)> ReadAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        if (!File.Exists(arguments.Configuration))
        {
            throw new InputException($"There is no file '{arguments.Configuration}'. Name with --config a file that says where the models are served.");
        }

        if (arguments.Threshold is < 0 or > 1 or double.NaN)
        {
            throw new InputException("A threshold is a number from 0 (never escalate) to 1.");
        }

        var rows = await JsonLines.ReadAsync(arguments.Tasks, LiveJsonContext.Default.TaskRow, cancellationToken).ConfigureAwait(false);
        var warmup = arguments.Warmup is null ? [] : await JsonLines.ReadAsync(arguments.Warmup, LiveJsonContext.Default.TaskRow, cancellationToken).ConfigureAwait(false);
        rows = arguments.Limit is > 0 and var limit ? [.. rows.Take(limit)] : rows;
        return rows.Count > 0 ? (rows, warmup) : throw new InputException($"{arguments.Tasks} holds no tasks.");
    }

    private static async Task<LiveArms> AnswerAsync(
        ServiceProvider services, Arguments arguments, List<TaskRow> rows, List<TaskRow> warmup, CancellationToken cancellationToken)
    {
        var client = services.GetRequiredService<IHybridLlmClient>();
        var snapshot = await services.GetRequiredService<DependencyInjection.HybridLlmRuntime>().GetSnapshotAsync(cancellationToken).ConfigureAwait(false);
        var (fast, strong) = LiveModels.Choose(snapshot.Catalog, arguments.Fast, arguments.Strong);
        var run = new LiveRun(client, arguments.Settings with { KeepsNoPrompts = KnowsPromptCache(snapshot.Options) });

        // Connections, code and models are warm for everybody before times are taken.
        foreach (var model in new[] { fast, strong })
        {
            await run.AnswerWithAsync(model, rows[0], cancellationToken).ConfigureAwait(false);
        }

        foreach (var row in warmup)
        {
            await run.AnswerAsync(row, cancellationToken).ConfigureAwait(false);
        }

        var arms = new LiveArms(fast, strong, new LiveAnswer[rows.Count], new LiveAnswer[rows.Count], new LiveAnswer[rows.Count]);
        for (var i = 0; i < rows.Count; i++)
        {
            // Row by row, and each time another one first: a machine that is busy for a while, and what servers keep of prompts that they have just seen, are the same for all.
            for (var turn = 0; turn < 3; turn++)
            {
                _ = ((i + turn) % 3) switch
                {
                    0 => arms.Ours[i] = await run.AnswerAsync(rows[i], cancellationToken).ConfigureAwait(false),
                    1 => arms.Fast[i] = await run.AnswerWithAsync(fast, rows[i], cancellationToken).ConfigureAwait(false),
                    _ => arms.Strong[i] = await run.AnswerWithAsync(strong, rows[i], cancellationToken).ConfigureAwait(false),
                };
            }
        }

        return arms;
    }

    /// <summary>llama.cpp can be told not to keep a prompt. Other servers might refuse a request that says so.</summary>
    private static bool KnowsPromptCache(HybridLlmOptions options) =>
        options.Providers.Values.Where(provider => provider.Enabled).All(provider => string.Equals(provider.Type, "LlamaCpp", StringComparison.OrdinalIgnoreCase));

    /// <summary>What the user asked for.</summary>
    internal sealed record Arguments(string Configuration, string Tasks)
    {
        public string? Warmup { get; init; }

        public string? Fast { get; init; }

        public string? Strong { get; init; }

        public double? Threshold { get; init; }

        public int? Limit { get; init; }

        public string? Decisions { get; init; }

        public LiveSettings Settings { get; init; } = new(UseTrueTasks: false, UseSchemas: false, MaxTokens: 200);
    }
}
