using HybridLlm.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Tests.Metrics;

public sealed class OutcomeSeederTests : IDisposable
{
    private const string Calls = """
        {"model":"a","task_type":"translation","complexity":"simple","success":true,"duration_ms":800,"output_tokens":40,"tokens_per_second":50}
        {"model":"a","task_type":"translation","complexity":"simple","success":true,"duration_ms":800,"output_tokens":40,"tokens_per_second":50}

        {"model":"b","task_type":"translation","score":0.2,"version":"7"}
        {"task":"gsm8k","prompt":"What is 2 + 2?","scores":{"a":0,"b":1,"c":0.5}}
        """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SeedAsync_learns_from_calls_and_from_benchmark_rows()
    {
        await using var services = Services();

        var report = await SeedAsync(services, Calls);

        Assert.Equal(new SeedReport(6, 0), report);
        var tracker = services.GetRequiredService<IPerformanceTracker>();
        Assert.Equal(2, tracker.GetPerformance("a", "translation", ComplexityLevel.Simple).Successes);
        Assert.Equal(800, tracker.GetPerformance("a", "translation").LatencyMs, 6);
        Assert.Equal(40, tracker.GetPerformance("a", "translation").OutputTokens, 6);
        Assert.Equal(0, tracker.GetPerformance("b", "translation").SuccessRate);
        Assert.Equal(0, tracker.GetPerformance("a", "gsm8k").SuccessRate);
        Assert.Equal(1, tracker.GetPerformance("b", "gsm8k").SuccessRate);
        Assert.Equal(1, tracker.GetPerformance("c", "gsm8k").SuccessRate);
    }

    [Fact]
    public async Task SeedAsync_again_changes_nothing_in_this_run_nor_in_the_next()
    {
        await using (var first = Services())
        {
            Assert.Equal(6, (await SeedAsync(first, Calls)).Learned);
            Assert.Equal(new SeedReport(0, 6), await SeedAsync(first, Calls));
            Assert.Equal(2, first.GetRequiredService<IPerformanceTracker>().GetPerformance("a", "translation").Total);
        }

        await using var second = Services();
        Assert.Equal(new SeedReport(1, 6), await SeedAsync(second, Calls + "\n" + """{"model":"a","task_type":"translation","success":false}"""));
        Assert.Equal(3, second.GetRequiredService<IPerformanceTracker>().GetPerformance("a", "translation").Total);
    }

    [Fact]
    public async Task SeedAsync_moves_the_choice()
    {
        await using var services = Services();
        var client = services.GetRequiredService<IHybridLlmClient>();
        var request = new LlmRequest("hi", TaskTypes.StructuredOutput);
        Assert.Equal("a", (await client.PlanAsync(request, Token)).Routes[0].Model.Name);

        await SeedAsync(services, string.Join('\n', Enumerable.Range(0, 20).Select(i => $$"""{"task":"structured_output","prompt":"{{i}}","scores":{"a":{{i % 2}},"b":1} }""")));

        Assert.Equal("b", (await client.PlanAsync(request, Token)).Routes[0].Model.Name);
    }

    [Fact]
    public async Task SeedAsync_of_more_than_the_queue_holds_loses_nothing()
    {
        const int Rows = OutcomeJournal.QueueCapacity + 1_500;
        await using (var first = Services())
        {
            Assert.Equal(Rows, (await SeedAsync(first, string.Join('\n', Enumerable.Range(0, Rows).Select(i => $$"""{"model":"a","task":"t","score":1,"id":"{{new Guid(i + 1, 0, 0, new byte[8])}}"}""")))).Learned);
        }

        await using var second = Services();
        await second.GetRequiredService<RecordingPerformanceTracker>().StartAsync(Token);

        Assert.Equal(Rows, second.GetRequiredService<IPerformanceTracker>().GetPerformance("a", "t").Total);
    }

    [Theory]
    [InlineData("""{"model":"a","success":true}""", "There is no task. Add \"task_type\"")]
    [InlineData("""{"task":"t","success":true}""", "There is no model. Add \"model\"")]
    [InlineData("""{"model":"a","task":"t"}""", "Add \"success\" (true or false) or \"score\" (0 to 1)")]
    [InlineData("""{"model":"a","task":"t","success":"yes"}""", "\"success\" must be true or false")]
    [InlineData("""{"model":"a","task":"t","score":1.5}""", "\"score\" must be a number from 0 (failed) to 1 (succeeded)")]
    [InlineData("""{"task":"t","scores":{"a":"good"}}""", "\"scores.a\" must be a number from 0")]
    [InlineData("""{"task":"t","scores":{}}""", "\"scores\" must be an object with a score for each model")]
    [InlineData("""{"model":"","task":"t","score":1}""", "\"model\" must be a text that is not empty")]
    [InlineData("""{"model":"a","task":"t","score":1,"complexity":"hard"}""", "Write simple, medium or complex")]
    [InlineData("""{"model":"a","task":"t","score":1,"duration_ms":-1}""", "\"duration_ms\" must be a number, 0 or more")]
    [InlineData("""{"model":"a","task":"t","score":1,"timestamp":"yesterday"}""", "2026-03-02T14:30:00Z")]
    [InlineData("""{"model":"a","task":"t","score":1,"id":"1"}""", "Write a GUID")]
    [InlineData("""["a"]""", "Write one JSON object on each line")]
    [InlineData("""{"model":"a",""", "It is no JSON")]
    public async Task SeedAsync_names_the_line_and_the_remedy_and_learns_nothing(string line, string remedy)
    {
        await using var services = Services();

        var exception = await Assert.ThrowsAsync<SeedException>(() => SeedAsync(services, $"{Calls}\n{line}\n"));

        var error = Assert.Single(exception.Errors);
        Assert.Equal(6, error.Line);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.Contains("line 6: ", exception.Message, StringComparison.Ordinal);
        Assert.Empty(services.GetRequiredService<IPerformanceTracker>().GetAll());
    }

    [Fact]
    public async Task SeedAsync_stops_after_twenty_errors()
    {
        await using var services = Services();

        var exception = await Assert.ThrowsAsync<SeedException>(() => SeedAsync(services, string.Join('\n', Enumerable.Repeat("{}", 500))));

        Assert.Equal(20, exception.Errors.Count);
    }

    [Fact]
    public async Task SeedAsync_takes_outcomes_and_refuses_those_that_mean_nothing()
    {
        await using var services = Services();
        var seeder = services.GetRequiredService<ILearningSeeder>();
        var good = Outcomes.Success("a", "t");

        var exception = await Assert.ThrowsAsync<SeedException>(() => seeder.SeedAsync(Stream(good, good with { Id = Guid.Empty }, good with { Model = " " }), Token));
        var report = await seeder.SeedAsync(Stream(good, good), Token);

        Assert.Equal([2, 3], exception.Errors.Select(error => error.Line));
        Assert.Equal(new SeedReport(1, 1), report);
    }

    private static async IAsyncEnumerable<CallOutcome> Stream(params CallOutcome[] outcomes)
    {
        foreach (var outcome in outcomes)
        {
            await Task.CompletedTask;
            yield return outcome;
        }
    }

    private static async Task<SeedReport> SeedAsync(ServiceProvider services, string lines)
    {
        var path = Path.Combine(Path.GetTempPath(), $"hybridllm-seed-{Guid.NewGuid():N}.jsonl");
        await File.WriteAllTextAsync(path, lines, Token);
        try
        {
            return await services.GetRequiredService<ILearningSeeder>().SeedAsync(path, Token);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddHybridLlm(options =>
        {
            options.Metrics.Path = _folder.Path;
            options.Models["a"] = new() { Provider = "pa", Quality = 0.9 };
            options.Models["b"] = new() { Provider = "pb", Quality = 0.8 };
        })
        .AddProvider("pa", _ => new Support.ScriptedProvider("pa", "alpha"))
        .AddProvider("pb", _ => new Support.ScriptedProvider("pb", "beta"));
        return services.BuildServiceProvider();
    }
}
