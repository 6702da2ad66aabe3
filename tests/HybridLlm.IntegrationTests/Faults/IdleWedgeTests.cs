using System.Diagnostics;
using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.IntegrationTests.Faults;

/// <summary>Backends that hang while nobody uses them and their listings stay green: a request of one token finds it before a caller does. And who gets no such request.</summary>
public sealed class IdleWedgeTests
{
    private const string Model = "sim-model";

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("LlamaCpp")]
    [InlineData("Ollama")]
    [InlineData("LmStudio")]
    [InlineData("Vllm")]
    public async Task A_wedged_backend_that_nobody_uses_rests_before_a_caller_comes_and_is_back_when_it_answers(string type)
    {
        var time = new ManualTimeProvider();
        await using var simulator = await StartAsync(type, isLoaded: true);
        await using var well = await OpenAISimulator.StartAsync(cancellationToken: Token);
        await using var services = Build(type, simulator, well, time);
        var client = services.GetRequiredService<IHybridLlmClient>();

        await AdvanceUntilAsync(time, [simulator, well], async () => await AskAsync(client, "first") == "a");
        simulator.Faults.Wedge();
        await AdvanceUntilAsync(time, [simulator, well], () => RestsAsync(client));

        Assert.Equal("b", await AskAsync(client, "second"));
        Assert.DoesNotContain(simulator.Requests, static request => request.BodyText.Contains("second", StringComparison.Ordinal));

        simulator.Faults.Clear();
        await AdvanceUntilAsync(time, [simulator, well], async () => await AskAsync(client, "third") == "a");
    }

    [Fact]
    public async Task A_llama_server_that_hung_before_anybody_asked_it_anything_rests_too()
    {
        var time = new ManualTimeProvider();
        await using var simulator = await StartAsync("LlamaCpp", isLoaded: true);
        await using var well = await OpenAISimulator.StartAsync(cancellationToken: Token);
        simulator.Faults.Wedge();
        await using var services = Build("LlamaCpp", simulator, well, time);
        var client = services.GetRequiredService<IHybridLlmClient>();

        // Whether it makes embeddings is asked with a request that hangs as well; its list must not wait for that for ever.
        await AdvanceUntilAsync(time, [simulator, well], () => RestsAsync(client));

        simulator.Faults.Clear();
        await AdvanceUntilAsync(time, [simulator, well], async () => await AskAsync(client, "hi") == "a");
    }

    [Theory]
    [InlineData("Ollama", "a request would load the model")]
    [InlineData("LmStudio", "a request would load the model")]
    [InlineData("LlamaCppPython", "a request would cut the answer that runs")]
    [InlineData("Gemini", "nobody says where the model is, and it costs money")]
    [InlineData("OpenAICompatible", "nobody says whether the model is in memory")]
    public async Task Nothing_is_asked_where(string type, string reason)
    {
        var time = new ManualTimeProvider();
        await using var simulator = await StartAsync(type, isLoaded: false);
        await using var well = await OpenAISimulator.StartAsync(cancellationToken: Token);
        await using var services = Build(type, simulator, well, time);
        var client = services.GetRequiredService<IHybridLlmClient>();
        Assert.False(await RestsAsync(client));

        var end = time.GetUtcNow() + (4 * Idle);
        await AdvanceUntilAsync(time, [simulator, well], () => Task.FromResult(time.GetUtcNow() >= end));

        Assert.False(simulator.Requests.Any(static request => request.IsGeneration), reason);
        Assert.False(await RestsAsync(client));
    }

    private static async Task<LlmSimulator> StartAsync(string type, bool isLoaded) => type switch
    {
        "LlamaCpp" => await LlamaServerSimulator.StartAsync(cancellationToken: Token),
        "Ollama" => await OllamaSimulator.StartAsync(options => options.Models.Add(new(Model) { IsLoaded = isLoaded }), Token),
        "LmStudio" => await LmStudioSimulator.StartAsync(options => options.Models.Add(new(Model) { IsLoaded = isLoaded }), Token),
        _ => await OpenAISimulator.StartAsync(cancellationToken: Token),
    };

    private static ServiceProvider Build(string type, LlmSimulator simulator, OpenAISimulator well, TimeProvider time)
    {
        var endpoint = simulator.Endpoint.ToString();
        var services = new ServiceCollection();
        services.AddSingleton(time);
        var builder = services.AddHybridLlm(options =>
        {
            options.Metrics.Store = "None";
            options.Catalog.RefreshInterval = TimeSpan.FromSeconds(1);
            options.Timeouts.FirstToken = options.Timeouts.Load = TimeSpan.FromSeconds(10);
            options.Resilience.ProbeIdleAfter = Idle;
            options.Models["a"] = new() { Provider = "one", ModelId = Model, Quality = 0.9 };
            options.Models["b"] = new() { Provider = "two", ModelId = Model, Quality = 0.1 };
        });
        builder.AddOpenAICompatible("two", options => options.Endpoint = well.Endpoint.ToString());
        _ = type switch
        {
            "LlamaCpp" => builder.AddLlamaCpp("one", options => options.Endpoint = endpoint),
            "Ollama" => builder.AddOllama("one", options => options.Endpoint = endpoint),
            "LmStudio" => builder.AddLmStudio("one", options => options.Endpoint = endpoint),
            "Vllm" => builder.AddVllm("one", options => options.Endpoint = endpoint),
            "LlamaCppPython" => builder.AddLlamaCppPython("one", options => options.Endpoint = endpoint),
            "Gemini" => builder.AddGemini("one", options => options.Endpoint = endpoint + "v1"),
            _ => builder.AddOpenAICompatible("one", options => options.Endpoint = endpoint),
        };
        return services.BuildServiceProvider();
    }

    private static async Task<string> AskAsync(IHybridLlmClient client, string prompt) => (await client.GenerateAsync(new LlmRequest(prompt), Token)).Model;

    private static async Task<bool> RestsAsync(IHybridLlmClient client) =>
        (await client.PlanAsync(new LlmRequest("hi"), Token)).Rejected.Any(static rejected => rejected.Reason == RejectionReason.CoolingDown);

    /// <summary>
    /// Moves the clock until something has happened. It stands still while a server is asked how it is: on a busy machine the few seconds that such a question is given
    /// would otherwise be over before its answer.
    /// </summary>
    private static async Task AdvanceUntilAsync(ManualTimeProvider time, LlmSimulator[] servers, Func<Task<bool>> reached)
    {
        using var tick = new PeriodicTimer(Tick);
        for (var waiting = Stopwatch.StartNew(); !await reached();)
        {
            for (var quiet = 0; quiet < 2; quiet = servers.Any(IsAsked) ? 0 : quiet + 1)
            {
                Assert.True(waiting.Elapsed < Patience, "It does not happen.");
                await tick.WaitForNextTickAsync(Token);
            }

            time.Advance(Step);
        }
    }

    private static bool IsAsked(LlmSimulator server) => server.Requests.Any(static request => request is { IsGeneration: false, Outcome: RequestOutcome.Pending });
}
