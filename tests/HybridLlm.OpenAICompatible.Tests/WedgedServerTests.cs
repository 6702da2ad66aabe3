using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>A server whose health and list are green and that never answers: only a real request shows it, and only a real request shows that it is over.</summary>
public sealed class WedgedServerTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wedged_server_costs_one_request_its_patience_and_comes_back_by_a_probe_of_one_token()
    {
        var time = new ManualTimeProvider();
        await using var wedged = await OpenAISimulator.StartAsync(cancellationToken: Token);
        await using var well = await OpenAISimulator.StartAsync(cancellationToken: Token);
        wedged.Faults.Wedge();
        await using var services = Build(time, wedged, well);
        var client = services.GetRequiredService<IHybridLlmClient>();

        var first = client.GenerateAsync(new LlmRequest("hi", "general"), Token);
        await wedged.WaitForRequestAsync(request => request.IsGeneration, Token);
        await AdvanceUntilAsync(time, () => first.IsCompleted, atMost: Budget + Slack);

        Assert.Equal("b", (await first).Model);
        Assert.Equal(ProviderErrorKind.Timeout, (await first).Trace.Attempts[0].Error);

        // A look at its health may be under way at any moment.
        var look = await wedged.WaitForRequestAsync(request => request is { IsGeneration: false, Outcome: RequestOutcome.Completed }, Token);
        Assert.Equal(200, look.StatusCode);

        // The next caller does not pay for it again.
        Assert.Single((await client.GenerateAsync(new LlmRequest("hi", "general"), Token)).Trace.Attempts);

        wedged.Faults.Clear();
        await AdvanceUntilAsync(time, () => wedged.Requests.Any(request => IsProbe(request) && request is { Fault: null, Outcome: not RequestOutcome.Pending }), atMost: TimeSpan.MaxValue);
        LlmResponse back;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((back = await client.GenerateAsync(new LlmRequest("hi", "general"), Token)).Model != "a")
        {
            await pause.WaitForNextTickAsync(Token);
            time.Advance(Step);
        }

        Assert.Equal("You said: hi", back.Text);

        // Between the request that hung and the one that was answered it got probes only.
        Assert.Equal(2, wedged.Requests.Count(request => request.IsGeneration && !IsProbe(request)));
    }

    private static bool IsProbe(RecordedRequest request) =>
        request.IsGeneration && request.Json().TryGetProperty("max_tokens", out var most) && most.GetInt32() == 1;

    /// <summary>Moves the clock until something has happened, but no further than told: what follows on a busy machine must not run out of time that only passes here.</summary>
    private static async Task AdvanceUntilAsync(ManualTimeProvider time, Func<bool> reached, TimeSpan atMost)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var passed = TimeSpan.Zero; !reached(); passed += Step)
        {
            await look.WaitForNextTickAsync(Token);
            if (passed < atMost)
            {
                time.Advance(Step);
            }
        }
    }

    private static ServiceProvider Build(TimeProvider time, OpenAISimulator wedged, OpenAISimulator well)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(time);
        collection.AddHybridLlm(options =>
            {
                options.Metrics.Store = "None";
                options.Timeouts.Load = options.Timeouts.FirstToken = Budget;
                options.Models["a"] = new() { Provider = "one", ModelId = "sim-model", Quality = 0.9 };
                options.Models["b"] = new() { Provider = "two", ModelId = "sim-model", Quality = 0.5 };
            })
            .AddVllm("one", options => options.Endpoint = wedged.Endpoint.ToString())
            .AddVllm("two", options => options.Endpoint = well.Endpoint.ToString());
        return collection.BuildServiceProvider();
    }
}
