using System.Text.Json;
using HybridLlm.Tool.Commands;
using Spectre.Console;

namespace HybridLlm.Tool.Tests;

public sealed class ClassifyCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybridllm-tool-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private string Input => Path.Combine(_folder, "prompts.jsonl");

    private string Decisions => Path.Combine(_folder, "decisions.jsonl");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    private Task<int> RunAsync(params string[] lines) => RunAsync(secondOpinion: null, lines);

    private Task<int> RunAsync(string? secondOpinion, string[] lines, string? configuration = null)
    {
        File.WriteAllLines(Input, lines);
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_output) });
        return ClassifyCommand.RunAsync(new(Input, Decisions, secondOpinion, configuration), console, _output, _error, TestContext.Current.CancellationToken);
    }

    private JsonElement LastLine()
    {
        using var document = JsonDocument.Parse(_output.ToString().TrimEnd().Split('\n')[^1]);
        return document.RootElement.Clone();
    }

    [Fact]
    public async Task Decisions_come_one_a_row_in_order_with_the_ids_as_they_were()
    {
        var code = await RunAsync(
            """{"id": 7, "prompt": "Translate this into French: good morning, neighbours."}""",
            """{"id": "b", "prompt": "hi, how are you?"}""",
            "",
            """{"prompt": "@@@"}""");

        Assert.Equal(0, code);
        var lines = await File.ReadAllLinesAsync(Decisions, TestContext.Current.CancellationToken);
        Assert.Equal(3, lines.Length);
        var decisions = lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(7, decisions[0].GetProperty("id").GetInt32());
        Assert.Equal("translation", decisions[0].GetProperty("task_type").GetString());
        Assert.InRange(decisions[0].GetProperty("task_confidence").GetDouble(), 0.5, 1);
        Assert.InRange(decisions[0].GetProperty("complexity").GetDouble(), 0, 10);
        Assert.Matches("^(simple|medium|complex)$", decisions[0].GetProperty("level").GetString());
        Assert.InRange(decisions[0].GetProperty("level_confidence").GetDouble(), 0.1, 1);
        Assert.False(decisions[0].GetProperty("abstained").GetBoolean());
        Assert.Equal("b", decisions[1].GetProperty("id").GetString());
        Assert.Equal("conversation", decisions[1].GetProperty("task_type").GetString());
        Assert.True(decisions[2].GetProperty("abstained").GetBoolean());
        Assert.Equal("medium", decisions[2].GetProperty("level").GetString());
        Assert.Equal(1, LastLine().GetProperty("abstained").GetInt32());
    }

    [Fact]
    public async Task Labels_bring_accuracy_confusion_and_calibration()
    {
        await RunAsync(
            """{"id": 1, "prompt": "Translate this into French: good morning.", "task_type": "translation", "complexity": "simple"}""",
            """{"id": 2, "prompt": "Translate this into French: good night.", "task_type": "format", "also": "translation"}""");

        var summary = LastLine();
        Assert.Equal(2, summary.GetProperty("prompts").GetInt32());
        Assert.Equal(0.5, summary.GetProperty("accuracy").GetDouble());
        Assert.Equal(1, summary.GetProperty("lenient_accuracy").GetDouble());
        Assert.Equal(1, summary.GetProperty("confusion").GetProperty("format").GetProperty("translation").GetInt32());
        Assert.Equal(1, summary.GetProperty("with_level").GetInt32());
        Assert.True(summary.GetProperty("microseconds_per_prompt").GetDouble() > 0);
        Assert.Contains("type right", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_opinion_says_what_it_gained_and_cost()
    {
        Assert.Equal(0, await RunAsync("encoder", ["""{"prompt": "craft me a deep learning curriculum", "task_type": "planning"}"""]));

        var summary = LastLine();
        Assert.Equal(1, summary.GetProperty("accuracy").GetDouble());
        var second = summary.GetProperty("second_opinion");
        Assert.Equal("encoder", second.GetProperty("name").GetString());
        Assert.True(second.TryGetProperty("accuracy_before", out _));
        Assert.True(second.GetProperty("microseconds_before").GetDouble() > 0);
    }

    [Fact]
    public async Task A_model_as_second_opinion_needs_a_configuration()
    {
        Assert.Equal(1, await RunAsync("qwen", ["""{"prompt": "hello"}"""]));

        Assert.Contains("--config", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_opinion_that_fails_leaves_the_first_and_says_so()
    {
        var configuration = Path.Combine(_folder, "appsettings.json");
        await File.WriteAllTextAsync(
            configuration,
            """{ "HybridLlm": { "Providers": { "away": { "Type": "LlamaCpp", "Endpoint": "http://127.0.0.1:9" } }, "Models": { "small": { "Provider": "away" } } } }""",
            TestContext.Current.CancellationToken);

        Assert.Equal(0, await RunAsync("small", ["""{"prompt": "only one gpu is used"}"""], configuration));

        Assert.Contains("second opinion", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, LastLine().GetProperty("second_opinion").GetProperty("changed").GetInt32());
    }

    [Fact]
    public async Task Without_labels_nothing_is_said_of_accuracy()
    {
        await RunAsync("""{"prompt": "hello"}""");

        Assert.False(LastLine().TryGetProperty("accuracy", out _));
        Assert.False(LastLine().TryGetProperty("confusion", out _));
    }

    [Fact]
    public async Task A_line_that_is_no_such_object_is_named()
    {
        Assert.Equal(1, await RunAsync("""{"prompt": "hello"}""", "{oops"));

        Assert.Contains("line 2", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
        Assert.False(File.Exists(Decisions));
    }

    [Fact]
    public async Task A_row_without_a_prompt_is_refused()
    {
        Assert.Equal(1, await RunAsync("""{"id": 1}"""));

        Assert.Contains("prompt", _error.ToString(), StringComparison.Ordinal);
    }
}
