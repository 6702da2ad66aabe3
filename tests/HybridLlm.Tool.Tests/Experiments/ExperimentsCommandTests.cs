using System.Text.Json;
using HybridLlm.Testing;
using HybridLlm.Tool.Commands;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace HybridLlm.Tool.Tests.Experiments;

/// <summary>The command as a user runs it, on what an application with simulated servers has kept.</summary>
public sealed class ExperimentsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybridllm-experiments-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Configuration => Path.Combine(_folder, "appsettings.json");

    private string Export => Path.Combine(_folder, "report.json");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task What_users_of_an_application_thought_of_two_models_is_told_as_a_table_and_as_JSON()
    {
        await using var good = await LlamaServerSimulator.StartAsync(options => options.Model = "good", Token);
        await using var poor = await LlamaServerSimulator.StartAsync(options => options.Model = "poor", Token);
        await WriteAsync(
            $$"""
            "Providers": { "one": { "Type": "LlamaCpp", "Endpoint": "{{good.Endpoint}}" }, "two": { "Type": "LlamaCpp", "Endpoint": "{{poor.Endpoint}}" } },
            "Models": { "good": { "Provider": "one" }, "poor": { "Provider": "two" } },
            "Resilience": { "Hedging": { "Enabled": false } },
            "Routing": { "AccuracyFloor": 0, "Experiments": [ { "Name": "good-or-poor", "Task": "general", "Metric": "Rating", "Control": "poor", "Variants": { "good": 1, "poor": 1 } } ] }
            """);
        var answers = await AskAsync(users: 60);

        Assert.Equal(0, await RunAsync());

        var report = JsonDocument.Parse(await File.ReadAllTextAsync(Export, Token)).RootElement;
        var experiment = Assert.Single(report.GetProperty("experiments").EnumerateArray());
        var variants = experiment.GetProperty("variants").EnumerateArray().ToDictionary(v => v.GetProperty("name").GetString()!, StringComparer.Ordinal);
        Assert.Equal(answers, variants.Values.Sum(v => v.GetProperty("answers").GetInt32()));
        Assert.Equal((1.0, 0.0), (variants["good"].GetProperty("mean").GetDouble(), variants["poor"].GetProperty("mean").GetDouble()));
        Assert.True(variants["good"].GetProperty("difference").GetProperty("low").GetDouble() > 0);
        Assert.StartsWith("Better", variants["good"].GetProperty("verdict").GetString(), StringComparison.Ordinal);
        var printed = _output.ToString();
        Assert.Contains("good-or-poor (general, Rating)", printed, StringComparison.Ordinal);
        Assert.Contains("control", printed, StringComparison.Ordinal);
        using var last = JsonDocument.Parse(printed.TrimEnd().Split('\n')[^1]);
        Assert.Equal("good-or-poor", last.RootElement.GetProperty("experiments")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_it_cannot_use_it_says()
    {
        Assert.Equal(1, await RunAsync());
        Assert.Contains("There is no file", _error.ToString(), StringComparison.Ordinal);

        await WriteAsync(""" "Routing": { "Experiments": [ { "Name": "x", "Variants": { "a": 1 } } ] } """);
        Assert.Equal(1, await RunAsync());
        Assert.Contains("HybridLlm:Routing:Experiments:0:Variants", _error.ToString(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(Configuration, """{ "HybridLlm": { "Metrics": { "Store": "None" } } }""", Token);
        Assert.Equal(1, await RunAsync());
        Assert.Contains("Metrics:Store is None", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_are_none_it_says_so()
    {
        await WriteAsync(""" "Providers": { } """);

        Assert.Equal(0, await RunAsync());

        Assert.Contains("There are no experiments", _output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Has users ask once each and rate what they get; returns how many answers count for a variant: on a busy machine a server may rest for a moment.</summary>
    private async Task<int> AskAsync(int users)
    {
        var services = new ServiceCollection();
        services.AddHybridLlm(new ConfigurationBuilder().AddJsonFile(Configuration, optional: false).Build()).AddLlamaCpp();
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHybridLlmClient>();
        var counted = 0;
        for (var i = 0; i < users; i++)
        {
            var response = await client.GenerateAsync(
                new LlmRequest("hello", "general") { Metadata = new Dictionary<string, string> { ["user"] = $"user-{i}" } }, Token);
            counted += response.Trace.Plan.Experiment?.Model == response.Model ? 1 : 0;
            await client.RecordFeedbackAsync(response.ResponseId, response.Model == "good" ? Feedback.Accepted : Feedback.Rejected, Token);
        }

        Assert.InRange(counted, users / 2, users);
        return counted;
    }

    private Task WriteAsync(string sections) => File.WriteAllTextAsync(
        Configuration,
        $$"""{ "HybridLlm": { {{sections.Trim()}}, "Metrics": { "Path": "{{JsonEncodedText.Encode(Path.Combine(_folder, "metrics"))}}" } } }""",
        Token);

    private Task<int> RunAsync()
    {
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = 200;
        return ExperimentsCommand.RunAsync(Configuration, Export, console, _output, _error, Token);
    }
}
