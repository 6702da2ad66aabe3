using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Client;

/// <summary>A conversation through the whole client.</summary>
public sealed class ConversationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conversation_stays_with_the_model_that_began_it(bool streamed)
    {
        await using var routes = new TwoRoutes(o => o.Routing.Learning.SwitchMargin = 10);
        IChatClient client = routes.Client;
        var conversation = new List<ChatMessage> { new(ChatRole.User, "How do I bake bread?") };

        // The first answer is asked of the model that would not be chosen.
        await AskAsync(new() { ModelId = "b" });
        conversation.Add(new(ChatRole.User, "And then?"));
        var trace = await AskAsync(options: null);

        Assert.Equal("b", trace.Model);
        Assert.Contains("stays: b answers this conversation", trace.ToString(), StringComparison.Ordinal);
        Assert.Equal("a", (await routes.Client.PlanAsync(new LlmRequest("Something else"), Token)).Routes[0].Model.Name);

        async Task<RoutingTrace> AskAsync(ChatOptions? options)
        {
            var response = streamed
                ? await client.GetStreamingResponseAsync(conversation, options, Token).ToChatResponseAsync(Token)
                : await client.GetResponseAsync(conversation, options, Token);
            conversation.AddMessages(response);
            return Assert.IsType<RoutingTrace>(response.AdditionalProperties![HybridLlmOptionKeys.Trace]);
        }
    }

    [Fact]
    public async Task The_hint_names_the_conversation()
    {
        await using var routes = new TwoRoutes(o => o.Routing.Learning.SwitchMargin = 10);
        IChatClient client = routes.Client;
        var options = new ChatOptions { AdditionalProperties = new() { [HybridLlmOptionKeys.Conversation] = "c1" } };

        await client.GetResponseAsync("one", new ChatOptions { ModelId = "b", AdditionalProperties = new() { [HybridLlmOptionKeys.Conversation] = "c1" } }, Token);
        var response = await client.GetResponseAsync("two", options, Token);

        Assert.Equal("b", Assert.IsType<RoutingTrace>(response.AdditionalProperties![HybridLlmOptionKeys.Trace]).Model);
    }
}
