using HybridLlm.Testing.Tests.Support;

namespace HybridLlm.Testing.Tests;

/// <summary>The examples of docs/testing.md that need nothing but a simulator, as they stand there.</summary>
public sealed class GuideTests : SimulatorTests
{
    [Fact]
    public async Task What_a_model_says()
    {
        await using var server = await OpenAISimulator.StartAsync(cancellationToken: Token);
        server.Replies.Enqueue("The next answer.");
        server.Replies.WhenUserSays("weather", new SimulatedReply { Text = "Sunny.", Reasoning = "It is July." });
        server.Replies.When(chat => chat.Tools.Count > 0, new SimulatedReply { ToolCalls = [new("get_weather", "{\"city\":\"Paris\"}")] });
        server.Replies.Default = chat => $"You are number {server.RequestCount}.";

        Assert.Contains("Sunny.", await AskAsync(server, "How is the weather?"), StringComparison.Ordinal);
        Assert.Contains("The next answer.", await AskAsync(server, "Hello"), StringComparison.Ordinal);
        Assert.Contains("You are number 3.", await AskAsync(server, "Hello"), StringComparison.Ordinal);
        Assert.Contains("get_weather", await AskAsync(server, "Hello", ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\"}}]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_that_come_and_go()
    {
        var clock = new ManualTimeProvider();
        await using var ollama = await OllamaSimulator.StartAsync(
            options =>
            {
                options.TimeProvider = clock;
                options.Models.Add(new SimulatedModel("llama3.2:3b") { IsLoaded = true });
                options.Models.Add(new SimulatedModel("qwen3:8b") { SupportsThinking = true, LoadTime = TimeSpan.FromSeconds(8) });
                options.Models.Add(new SimulatedModel("nomic-embed-text") { IsEmbedding = true });
                options.MaxLoadedModels = 1;
                options.MaxQueuedLoads = 2;
            },
            Token);
        var answer = RawClient.ExchangeAsync(ollama.Endpoint, RawClient.Post("/api/chat", "{\"model\":\"qwen3:8b\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"), Token);

        await clock.WaitForTimersAsync(1, Token);
        clock.AdvanceToNextTimer();

        Assert.Equal(200, (await answer).Status);
        Assert.Equal(["qwen3:8b"], ollama.LoadedModels);
    }

    private static async Task<string> AskAsync(OpenAISimulator server, string text, string more = "")
    {
        var request = RawClient.Post("/v1/chat/completions", $"{{\"model\":\"sim-model\",\"messages\":[{{\"role\":\"user\",\"content\":\"{text}\"}}]{more}}}");
        return (await RawClient.ExchangeAsync(server.Endpoint, request, Token)).Body;
    }
}
