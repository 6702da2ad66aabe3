using System.Text.Json;
using HybridLlm.Testing;
using HybridLlm.Tool.Commands;
using Spectre.Console;

namespace HybridLlm.Tool.Tests.Live;

/// <summary>The command as a user runs it, against simulated servers: a small one that is often wrong, and a large one.</summary>
public sealed class LiveCommandTests : IAsyncLifetime
{
    private const string Right = "forty-two";

    private readonly string _folder = Directory.CreateTempSubdirectory("hybridllm-live-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private LlamaServerSimulator _small = null!;
    private LlamaServerSimulator _large = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Tasks => Path.Combine(_folder, "tasks.jsonl");

    private string Configuration => Path.Combine(_folder, "appsettings.json");

    private string Decisions => Path.Combine(_folder, "decisions.jsonl");

    public async ValueTask InitializeAsync()
    {
        _small = await LlamaServerSimulator.StartAsync(options => options.Model = "small", Token);
        _large = await LlamaServerSimulator.StartAsync(options => options.Model = "large", Token);
        _small.Replies.Default = chat => chat.LastUserText.Contains("hard", StringComparison.Ordinal) ? "I don't know." : Right;
        _large.Replies.Default = _ => Right;
        await File.WriteAllTextAsync(
            Configuration,
            $$"""
            { "HybridLlm": {
              "Providers": { "one": { "Type": "LlamaCpp", "Endpoint": "{{_small.Endpoint}}" }, "two": { "Type": "LlamaCpp", "Endpoint": "{{_large.Endpoint}}" } },
              "Models": { "small": { "Provider": "one", "Quality": 0.3, "Speed": 0.9 }, "large": { "Provider": "two", "Quality": 0.9, "Speed": 0.3 } } } }
            """,
            Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _small.DisposeAsync();
        await _large.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        await _output.DisposeAsync();
        await _error.DisposeAsync();
    }

    [Fact]
    public async Task Tasks_are_answered_by_all_ways_and_what_the_small_model_does_not_know_is_escalated()
    {
        string[] rows =
        [
            """{"id": 1, "task_type": "simple_question", "complexity": "simple", "prompt": "An easy question: what is the answer?", "check": {"kind": "exact", "value": "Forty-two"}}""",
            """{"id": "h", "task_type": "knowledge_reasoning", "complexity": "complex", "prompt": "A hard question: what is the answer?", "check": {"kind": "exact", "value": "forty-two"}}""",
        ];

        Assert.Equal(0, await RunAsync(rows));

        var summary = LastLine();
        Assert.Equal(("small", "large"), (summary.GetProperty("fast").GetProperty("model").GetString(), summary.GetProperty("strong").GetProperty("model").GetString()));
        Assert.Equal(0.5, summary.GetProperty("fast").GetProperty("accuracy").GetDouble());
        Assert.Equal(1, summary.GetProperty("strong").GetProperty("accuracy").GetDouble());
        Assert.Equal(1, summary.GetProperty("ours").GetProperty("accuracy").GetDouble());
        Assert.Equal(1, summary.GetProperty("kept_accuracy").GetDouble());
        Assert.Contains("knowledge_reasoning", summary.GetProperty("split_strong_tasks").EnumerateArray().Select(t => t.GetString()));
        Assert.True(summary.GetProperty("simple_speedup").GetDouble() > 0);
        var decisions = (await File.ReadAllLinesAsync(Decisions, Token)).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(2, decisions.Length);
        Assert.Equal(("large", true), (decisions[1].GetProperty("model").GetString(), decisions[1].GetProperty("right").GetBoolean()));
        Assert.Equal([1], decisions.Where(d => d.GetProperty("id").ValueKind == JsonValueKind.Number).Select(d => d.GetProperty("id").GetInt32()));
        Assert.Contains("best split by true", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_cannot_use_it_says()
    {
        Assert.Equal(1, await RunAsync("""{"prompt": "x", "check": {"kind": "regex", "value": "x"}}"""));
        Assert.Contains("The check 'regex' is not known", _error.ToString(), StringComparison.Ordinal);

        Assert.Equal(1, await RunAsync());
        Assert.Contains("holds no tasks", _error.ToString(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(Configuration, """{ "HybridLlm": { "Models": { "m": { "Provider": "nowhere" } } } }""", Token);
        Assert.Equal(1, await RunAsync("""{"prompt": "x", "check": {"kind": "exact", "value": "x"}}"""));
        Assert.Contains("HybridLlm:Models:m:Provider", _error.ToString(), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] rows)
    {
        File.WriteAllLines(Tasks, rows);
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_output) });
        return LiveCommand.RunAsync(new(Configuration, Tasks) { Decisions = Decisions }, console, _output, _error, Token);
    }

    private JsonElement LastLine()
    {
        using var document = JsonDocument.Parse(_output.ToString().TrimEnd().Split('\n')[^1]);
        return document.RootElement.Clone();
    }
}
