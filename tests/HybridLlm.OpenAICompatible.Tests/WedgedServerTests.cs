using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>A server whose health and list are green and that never answers: only a real request shows it, and only a real request shows that it is over.</summary>
public sealed class WedgedServerTests
{
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
        await AdvanceUntilAsync(time, () => first.IsCompleted);

        Assert.Equal("b", (await first).Model);
        Assert.Equal(ProviderErrorKind.Timeout, (await first).Trace.Attempts[0].Error);
        Assert.All(wedged.Requests.Where(request => !request.IsGeneration), request => Assert.Equal(200, request.StatusCode));

        // The next caller does not pay for it again.
        Assert.Single((await client.GenerateAsync(new LlmRequest("hi", "general"), Token)).Trace.Attempts);

        wedged.Faults.Clear();
        await AdvanceUntilAsync(time, () => wedged.Requests.Any(request => IsProbe(request) && request is { Fault: null, Outcome: not RequestOutcome.Pending }));
        LlmResponse back;
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((back = await client.GenerateAsync(new LlmRequest("hi", "general"), Token)).Model != "a")
        {
            await look.WaitForNextTickAsync(Token);
            time.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.Equal("You said: hi", back.Text);

        // Between the request that hung and the one that was answered it got probes only.
        Assert.Equal(2, wedged.Requests.Count(request => request.IsGeneration && !IsProbe(request)));
    }

    private static bool IsProbe(RecordedRequest request) =>
        request.IsGeneration && request.Json().TryGetProperty("max_tokens", out var most) && most.GetInt32() == 1;

    private static async Task AdvanceUntilAsync(ManualTimeProvider time, Func<bool> reached)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!reached())
        {
            await look.WaitForNextTickAsync(Token);
            time.Advance(TimeSpan.FromMilliseconds(500));
        }
    }

    private static ServiceProvider Build(TimeProvider time, OpenAISimulator wedged, OpenAISimulator well)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(time);
        collection.AddHybridLlm(options =>
            {
                options.Metrics.Store = "None";
                options.Timeouts.Load = options.Timeouts.FirstToken = TimeSpan.FromSeconds(10);
                options.Models["a"] = new() { Provider = "one", ModelId = "sim-model", Quality = 0.9 };
                options.Models["b"] = new() { Provider = "two", ModelId = "sim-model", Quality = 0.5 };
            })
            .AddVllm("one", options => options.Endpoint = wedged.Endpoint.ToString())
            .AddVllm("two", options => options.Endpoint = well.Endpoint.ToString());
        return collection.BuildServiceProvider();
    }
}
