using System.Text.Json;
using HybridLlm.Conformance;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.LlamaCpp.Tests.Wire;

/// <summary>What is sent to llama-server, whole, as the sheet of its wire has it (chapter 5, <c>/v1/chat/completions</c>). Every request is streamed.</summary>
public sealed class RequestCaptureTests
{
    [Fact]
    public Task A_conversation_with_everything() => AssertAsync(RequestCapture.Everything, RequestCapture.Conversation, """
        {"model":"m",
         "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Weather in Zürich?"},
           {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Zürich\"}"}}]},
           {"role":"tool","tool_call_id":"call_1","content":"sunny"}],
         "temperature":0.5,"top_p":0.75,"frequency_penalty":0.25,"presence_penalty":-0.25,"top_k":40,"max_tokens":64,"seed":7,"stop":["END"],"reasoning_effort":"low",
         "tools":[{"type":"function","function":{"name":"get_weather","description":"The weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}],
         "tool_choice":"auto","parallel_tool_calls":false,"stream":true,"stream_options":{"include_usage":true}}
        """);

    [Fact]
    public Task An_answer_after_a_schema() => AssertAsync(RequestCapture.Labelled, [new(ChatRole.User, "hi")], """
        {"model":"m","messages":[{"role":"user","content":"hi"}],
         "response_format":{"type":"json_schema","json_schema":{"name":"label","schema":
           {"type":"object","properties":{"label":{"type":"string","enum":["a","b"]},"score":{"type":"number"}},"required":["label"],"additionalProperties":false}}},
         "stream":true,"stream_options":{"include_usage":true}}
        """);

    private static async Task AssertAsync(ChatOptions chat, IEnumerable<ChatMessage> messages, string expected)
    {
        var options = new LlamaCppOptions { Type = LlamaCppProviderFactory.ProviderType, Endpoint = "http://server" };
        var body = await RequestCapture.OfChatAsync(static builder => builder.AddLlamaCpp(), options, "m", messages, chat, TestContext.Current.CancellationToken);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), body), body.GetRawText());
    }
}
