using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>Several vLLM servers behind one provider, as an application sets them up.</summary>
public sealed class FleetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_is_answered_while_a_server_of_the_fleet_dies_and_comes_back()
    {
        await using var one = await OpenAISimulator.StartAsync(cancellationToken: Token);
        await using var two = await OpenAISimulator.StartAsync(cancellationToken: Token);
        var time = new ManualTimeProvider();
        await using var services = Build(time, one, two);
        var chat = services.GetRequiredService<IChatClient>();

        await AskAsync(chat, 40);
        Assert.All([one, two], server => Assert.InRange(server.Requests.Count(request => request.IsGeneration), 5, 35));

        await two.StopListeningAsync();
        await AskAsync(chat, 40);

        var before = two.RequestCount;
        await two.StartListeningAsync(Token);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!two.Requests.Any(request => request.Number > before && request.IsGeneration))
        {
            await look.WaitForNextTickAsync(Token);
            time.Advance(TimeSpan.FromSeconds(1));
            await AskAsync(chat, 2);
        }
    }

    private static async Task AskAsync(IChatClient chat, int count)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
            i % 2 == 0
                ? await chat.GetResponseAsync($"I am {i}.", cancellationToken: Token)
                : await chat.GetStreamingResponseAsync($"I am {i}.", cancellationToken: Token).ToChatResponseAsync(Token)));
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"You said: I am {i}."), answers.Select(answer => answer.Text));
    }

    private static ServiceProvider Build(TimeProvider time, OpenAISimulator one, OpenAISimulator two)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(time);
        collection.AddHybridLlm(options => options.Metrics.Store = "None").AddVllm("fleet", options =>
        {
            options.Endpoints.Add(one.Endpoint.ToString());
            options.Endpoints.Add(two.Endpoint.ToString());
        });
        return collection.BuildServiceProvider();
    }
}
