using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.IntegrationTests.Faults;

/// <summary>The examples of docs/testing.md that need a provider, as they stand there.</summary>
public sealed class GuideTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_test()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        server.Replies.WhenUserSays("capital of Egypt", "Cairo");

        var services = new ServiceCollection();
        services.AddHybridLlm(options => options.Metrics.Store = "None")
            .AddLlamaCpp("local", options => options.Endpoint = server.Endpoint.ToString());
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHybridLlmClient>();

        var response = await client.GenerateAsync(new LlmRequest("What is the capital of Egypt?"), Token);

        Assert.Equal("Cairo", response.Text);
    }

    [Fact]
    public async Task The_clock_of_the_application_can_be_the_clock_of_the_test()
    {
        var clock = new ManualTimeProvider();
        await using var server = await OpenAISimulator.StartAsync(options => options.Model = "slow", Token);
        server.Faults.Always(Fault.Hang());
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddHybridLlm(options =>
        {
            options.Metrics.Store = "None";
            options.Models["slow"] = new() { Provider = "local" };
        }).AddVllm("local", options => options.Endpoint = server.Endpoint.ToString());
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHybridLlmClient>();

        var asking = client.GenerateAsync(new LlmRequest("Hello") { Model = "slow" }, Token);
        var request = await server.WaitForRequestAsync(static request => request.IsGeneration, Token);

        // Load and first-token budgets pass while the test's own time stands still.
        while (!asking.IsCompleted)
        {
            await clock.WaitForTimersAsync(1, Token);
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        var error = await Assert.ThrowsAsync<AllRoutesFailedException>(() => asking);
        Assert.All(error.Attempts, static attempt => Assert.Equal(ProviderErrorKind.Timeout, attempt.Error));
        Assert.Equal(RequestOutcome.ClientDisconnected, await request.Completion.WaitAsync(Token));
    }
}
