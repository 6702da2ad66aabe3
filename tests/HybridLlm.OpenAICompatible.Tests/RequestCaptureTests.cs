using System.Text.Json;
using HybridLlm.Conformance;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>What is sent to each server, whole, as the sheet of its wire has it: members, names, values, and nothing else.</summary>
public sealed class RequestCaptureTests
{
    private const string Messages = """
        "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Weather in Zürich?"},
          {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Zürich\"}"}}]},
          {"role":"tool","tool_call_id":"call_1","content":"sunny"}]
        """;

    private const string Tools = """
        "tools":[{"type":"function","function":{"name":"get_weather","description":"The weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}],"tool_choice":"auto"
        """;

    private const string Sampling = "\"temperature\":0.5,\"top_p\":0.75,\"max_tokens\":64,\"stop\":[\"END\"],\"reasoning_effort\":\"low\"";
    private const string More = "\"top_k\":40,\"seed\":7,\"frequency_penalty\":0.25,\"presence_penalty\":-0.25,\"parallel_tool_calls\":false";
    private const string Streamed = "\"stream\":true,\"stream_options\":{\"include_usage\":true}";
    private const string Schema = """{"type":"object","properties":{"label":{"type":"string","enum":["a","b"]},"score":{"type":"number"}},"required":["label"],"additionalProperties":false}""";

    private const string GeminiSchema = """{"type":"object","properties":{"label":{"type":"string","enum":["a","b"]},"score":{"type":"number"}},"propertyOrdering":["label","score"],"required":["label"]}""";

    private const string JsonSchema = "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"label\",\"schema\":" + Schema + "}}";

    // Chapters 2 (OpenAI), 3 (vLLM), 4 (TGI), 5 (the router) and 6 (Gemini) of the sheet of OpenAI's wire; llama-cpp-python is in the index of its recordings.
    [Theory]
    [InlineData("OpenAICompatible", Sampling + "," + More)]
    [InlineData("Vllm", Sampling + "," + More + "," + Streamed)]
    [InlineData("HuggingFace", Sampling + "," + More)]
    [InlineData("Gemini", Sampling)]
    [InlineData("LlamaCppPython", Sampling + "," + More + ",\"stream\":true")]
    public Task A_conversation_with_everything(string type, string rest) =>
        AssertAsync(type, RequestCapture.Everything, $$"""{"model":"{{Model(type)}}",{{Messages}},{{ToolsFor(type)}},{{rest}}}""", conversation: true);

    [Theory]
    [InlineData("OpenAICompatible", JsonSchema)]
    [InlineData("Vllm", JsonSchema + "," + Streamed)]
    [InlineData("HuggingFace", "\"response_format\":{\"type\":\"json\",\"value\":" + Schema + "}")]
    [InlineData("HuggingFace: router", JsonSchema)]
    [InlineData("Gemini", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"label\",\"schema\":" + GeminiSchema + "}}")]
    [InlineData("LlamaCppPython", "\"response_format\":{\"type\":\"json_object\",\"schema\":" + Schema + "},\"stream\":true")]
    public Task An_answer_after_a_schema(string type, string rest) =>
        AssertAsync(type, RequestCapture.Labelled, $$"""{"model":"{{Model(type)}}","messages":[{"role":"user","content":"hi"}],{{rest}}}""", conversation: false);

    // Gemini takes the order of properties from a member of its own.
    private static string ToolsFor(string type) =>
        type == "Gemini" ? Tools.Replace("\"required\":", "\"propertyOrdering\":[\"city\"],\"required\":", StringComparison.Ordinal) : Tools;

    private static string Model(string type) => type == "Gemini" ? "gemini-2.5-flash" : "m";

    private static async Task AssertAsync(string type, ChatOptions chat, string expected, bool conversation)
    {
        var options = new OpenAICompatibleOptions { Type = type.Split(':')[0], Endpoint = type is "Gemini" or "HuggingFace: router" ? null : "http://server" };
        var body = await RequestCapture.OfChatAsync(
            static builder => builder.AddOpenAICompatible(),
            options,
            Model(type),
            conversation ? RequestCapture.Conversation : [new(ChatRole.User, "hi")],
            chat,
            TestContext.Current.CancellationToken);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), body), body.GetRawText());
    }
}
