using System.Text.Json;
using HybridLlm.LlamaCpp.Tests.Hosting;
using HybridLlm.LlamaCpp.Wire;
using HybridLlm.OpenAICompatible;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;
using Over = HybridLlm.OpenAICompatible.Tests.Support.Wire;

namespace HybridLlm.LlamaCpp.Tests.Wire;

public sealed class RequestRulesTests
{
    private static readonly JsonElement Empty = JsonElement.Parse("""{"type":"object","properties":{}}""");

    private static readonly AITool First = AIFunctionFactory.CreateDeclaration("first", "The first", Empty);

    private static readonly AITool Second = AIFunctionFactory.CreateDeclaration("second", "The second", Empty);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_answer_without_tokens_is_refused(int tokens) => AssertRefused(new() { MaxOutputTokens = tokens }, "MaxOutputTokens");

    [Fact]
    public void A_grammar_beside_tools_is_refused() =>
        AssertRefused(new() { Tools = [First], AdditionalProperties = new() { ["grammar"] = "root ::= \"a\"" } }, "grammar beside tools");

    [Fact]
    public void A_grammar_beside_a_json_format_is_refused() =>
        AssertRefused(new() { ResponseFormat = ChatResponseFormat.Json, AdditionalProperties = new() { ["grammar"] = "root ::= \"a\"" } }, "passes over a grammar");

    [Fact]
    public void A_required_tool_that_is_not_there_is_refused()
    {
        AssertRefused(new() { Tools = [First], ToolMode = ChatToolMode.RequireSpecific("second") }, "'second'");
        AssertRefused(new() { ToolMode = ChatToolMode.RequireSpecific("second") }, "'second'");
    }

    [Fact]
    public async Task A_grammar_is_sent_beside_tools_that_must_not_be_called()
    {
        using var body = await SendAsync(new() { Tools = [First], ToolMode = ChatToolMode.None, AdditionalProperties = new() { ["grammar"] = "root ::= \"a\"" } });
        Assert.Equal("root ::= \"a\"", body.RootElement.GetProperty("grammar").GetString());
        Assert.False(body.RootElement.TryGetProperty("tools", out _));
        Assert.False(body.RootElement.TryGetProperty("tool_choice", out _));
    }

    [Fact]
    public async Task Of_several_tools_only_the_required_one_is_sent()
    {
        using var body = await SendAsync(new() { Tools = [First, Second], ToolMode = ChatToolMode.RequireSpecific("second") });
        var tool = Assert.Single(body.RootElement.GetProperty("tools").EnumerateArray());
        Assert.Equal("second", tool.GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("required", body.RootElement.GetProperty("tool_choice").GetString());
    }

    [Fact]
    public async Task Llama_surprise_1_every_request_is_streamed_so_that_it_can_be_cancelled()
    {
        using var body = await SendAsync(new());
        Assert.True(body.RootElement.GetProperty("stream").GetBoolean());
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(0, 1)]
    [InlineData(3, 3)]
    public async Task Probabilities_are_asked_for_with_an_alternative(int? asked, int sent)
    {
        var options = new ChatOptions { AdditionalProperties = new() { [OpenAIOptionKeys.Logprobs] = true } };
        if (asked is not null)
        {
            options.AdditionalProperties[OpenAIOptionKeys.TopLogprobs] = asked.Value;
        }

        using var body = await SendAsync(options);
        Assert.True(body.RootElement.GetProperty("logprobs").GetBoolean());
        Assert.Equal(sent, body.RootElement.GetProperty("top_logprobs").GetInt32());
        Assert.Equal(asked, options.AdditionalProperties.TryGetValue(OpenAIOptionKeys.TopLogprobs, out var kept) ? kept : null);
    }

    [Fact]
    public async Task Probabilities_are_not_asked_for_beside_tools()
    {
        var options = new ChatOptions { Tools = [First], AdditionalProperties = new() { [OpenAIOptionKeys.Logprobs] = true, ["min_p"] = 0.1 } };
        using var body = await SendAsync(options);
        Assert.False(body.RootElement.TryGetProperty("logprobs", out _));
        Assert.Equal(0.1, body.RootElement.GetProperty("min_p").GetDouble());
        Assert.True(options.AdditionalProperties.ContainsKey(OpenAIOptionKeys.Logprobs));
    }

    [Fact]
    public void Options_that_need_nothing_are_passed_on_as_they_are()
    {
        var options = new ChatOptions { MaxOutputTokens = 1, Tools = [First], ToolMode = ChatToolMode.RequireSpecific("first") };
        Assert.Same(options, RequestRules.Apply(options, "local", "m"));
        Assert.Null(RequestRules.Apply(null, "local", "m"));
    }

    private static void AssertRefused(ChatOptions options, string because)
    {
        var failure = Assert.Throws<ProviderException>(() => RequestRules.Apply(options, "local", "m"));
        Assert.Equal((ProviderErrorKind.InvalidRequest, "local", "m"), (failure.Kind, failure.Provider, failure.ModelId));
        Assert.Contains(because, failure.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonDocument> SendAsync(ChatOptions options)
    {
        await using var server = TranscriptServer.Replaying(Over.Stream(Over.Text("a"), Over.Finish(), Over.Done));
        await using var backend = new LlamaBackend(o => o.Endpoint = server.Endpoint);
        Assert.Equal("a", (await backend.AskAsync("Hi", options)).Text);
        return JsonDocument.Parse(server.Requests.Single().Body);
    }
}
