using System.Text.Json;
using System.Text.Json.Nodes;
using HybridLlm.Ollama.Tests.Support;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Tests;

/// <summary>What is sent, held to what the wire takes.</summary>
public sealed class RequestBodyTests
{
    private static readonly JsonElement Schema = JsonElement.Parse("""{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"integer"}},"required":["b"]}""");

    private static readonly AITool Weather = AIFunctionFactory.CreateDeclaration("get_weather", "Current weather", JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}"""));

    private static readonly AITool Time = AIFunctionFactory.CreateDeclaration("get_time", null, JsonElement.Parse("""{"type":"object"}"""));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_plain_request_says_only_what_it_must(bool streamed) =>
        await AssertSentAsync($$$"""{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":{{{(streamed ? "true" : "false")}}},"truncate":false,"options":{}}""", streamed: streamed);

    [Fact]
    public async Task Options_go_where_Ollama_has_them() => await AssertSentAsync(
        """
        {"model":"m","messages":[{"role":"system","content":"Be short."},{"role":"user","content":"hi"}],"stream":false,"truncate":false,
         "options":{"temperature":0.5,"top_p":0.75,"frequency_penalty":0.25,"presence_penalty":0.125,"top_k":40,"num_predict":20,"seed":9007199254740992,"stop":["a","b"],"min_p":0.05,"repeat_penalty":1.5}}
        """,
        new()
        {
            Instructions = "Be short.",
            Temperature = 0.5f,
            TopP = 0.75f,
            FrequencyPenalty = 0.25f,
            PresencePenalty = 0.125f,
            TopK = 40,
            MaxOutputTokens = 20,
            Seed = 9007199254740992,
            StopSequences = ["a", "b"],
            AdditionalProperties = new()
            {
                ["min_p"] = 0.05,
                ["repeat_penalty"] = 1.5,
                ["temperature"] = 2,
                ["hybridllm.task_type"] = "chat",
                ["service"] = new object(),
            },
        });

    [Fact]
    public async Task Surprise_18_no_tokens_at_all_is_refused_because_Ollama_would_take_it_for_no_limit() =>
        Assert.Contains("no limit", (await RefusedAsync(new() { MaxOutputTokens = 0 })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("num_ctx")]
    [InlineData("num_batch")]
    [InlineData("num_gpu")]
    [InlineData("main_gpu")]
    [InlineData("num_thread")]
    [InlineData("use_mmap")]
    [InlineData("draft_num_predict")]
    [InlineData("shift")]
    [InlineData("keep_alive")]
    public async Task Surprises_7_and_11_what_would_load_the_model_anew_or_hold_up_others_cannot_come_with_a_request(string name) =>
        Assert.Contains($"'{name}' cannot come with a request", (await RefusedAsync(new() { AdditionalProperties = new() { [name] = 1 } })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_context_of_a_model_is_the_same_in_every_request() => await AssertSentAsync(
        """{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":false,"truncate":false,"options":{"num_ctx":8192}}""",
        configure: options =>
        {
            options.ContextLength = 4096;
            options.ContextLengths["M:LATEST"] = 8192;
        });

    [Fact]
    public async Task A_caller_may_let_the_server_cut_the_prompt() => await AssertSentAsync(
        """{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":false,"options":{}}""",
        new() { AdditionalProperties = new() { [OllamaPropertyNames.Truncate] = true } });

    [Fact]
    public async Task A_schema_is_sent_bare_and_thoughts_are_switched_off_for_it() => await AssertSentAsync(
        """{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":false,"format":{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"integer"}},"required":["b"]},"think":false,"truncate":false,"options":{}}""",
        new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "x") });

    [Fact]
    public async Task Any_JSON_is_a_format_of_its_own() => await AssertSentAsync(
        """{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":false,"format":"json","think":false,"truncate":false,"options":{}}""",
        new() { ResponseFormat = ChatResponseFormat.Json });

    [Theory]
    [InlineData(ReasoningEffort.None, true, "false")]
    [InlineData(ReasoningEffort.Low, true, "\"low\"")]
    [InlineData(ReasoningEffort.Medium, true, "\"medium\"")]
    [InlineData(ReasoningEffort.High, true, "\"high\"")]
    [InlineData(ReasoningEffort.ExtraHigh, true, "\"max\"")]
    [InlineData(ReasoningEffort.None, false, "false")]
    [InlineData(ReasoningEffort.High, false, null)]
    public async Task How_much_to_think_is_told_only_to_a_model_that_thinks(ReasoningEffort effort, bool thinks, string? expected)
    {
        var show = WireText.Json($$"""{"capabilities":["completion"{{(thinks ? ",\"thinking\"" : "")}}]}""");
        var sent = await SendAsync(new() { Reasoning = new() { Effort = effort } }, show: show);

        Assert.Equal(expected, sent["think"]?.ToJsonString());
    }

    [Fact]
    public async Task Thoughts_and_probabilities_can_be_asked_for_in_Ollamas_own_words()
    {
        var sent = await SendAsync(new() { AdditionalProperties = new() { ["think"] = "low", ["logprobs"] = true, ["top_logprobs"] = 3 } });

        Assert.Equal(("\"low\"", "true", "3"), (sent["think"]!.ToJsonString(), sent["logprobs"]!.ToJsonString(), sent["top_logprobs"]!.ToJsonString()));
        Assert.Empty(sent["options"]!.AsObject());
    }

    [Theory]
    [InlineData("auto", 2)]
    [InlineData("none", 0)]
    [InlineData("any", 2)]
    [InlineData("get_time", 1)]
    public async Task Tools_are_shown_as_far_as_they_may_be_called(string mode, int count)
    {
        ChatToolMode toolMode = mode switch
        {
            "auto" => ChatToolMode.Auto,
            "none" => ChatToolMode.None,
            "any" => ChatToolMode.RequireAny,
            _ => ChatToolMode.RequireSpecific(mode),
        };
        var sent = await SendAsync(new() { Tools = [Weather, Time], ToolMode = toolMode });

        Assert.Equal(count, (sent["tools"] as JsonArray)?.Count ?? 0);
        Assert.Null(sent["tool_choice"]);
        if (count == 2)
        {
            Assert.Equal("""{"type":"function","function":{"name":"get_weather","description":"Current weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}""", sent["tools"]![0]!.ToJsonString());
        }
    }

    [Fact]
    public async Task A_conversation_with_tools_thoughts_and_images_has_Ollamas_form()
    {
        ChatMessage[] messages =
        [
            new(new ChatRole("developer"), "Be short."),
            new(ChatRole.User, [new TextContent("What "), new TextContent("is it?"), new DataContent(new byte[] { 1, 2, 255 }, "image/png")]),
            new(ChatRole.Assistant, [new TextReasoningContent("I must look."), new FunctionCallContent("call_1", "get_weather", new Dictionary<string, object?> { ["city"] = "Oslo" }), new FunctionCallContent("call_2", "get_time")]),
            new(ChatRole.Tool, [new FunctionResultContent("call_1", "rain"), new FunctionResultContent("call_2", null) { Exception = new InvalidOperationException() }]),
            new(ChatRole.Assistant, [new TextReasoningContent("Done."), new TextContent("Rain.")]),
            new(ChatRole.User, []),
        ];
        var sent = await SendAsync(messages: messages);

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(
                """
                [{"role":"system","content":"Be short."},
                 {"role":"user","content":"What is it?","images":["AQL/"]},
                 {"role":"assistant","content":"","thinking":"I must look.","tool_calls":[
                   {"id":"call_1","function":{"index":0,"name":"get_weather","arguments":{"city":"Oslo"}}},
                   {"id":"call_2","function":{"index":1,"name":"get_time","arguments":{}}}]},
                 {"role":"tool","tool_name":"get_weather","tool_call_id":"call_1","content":"rain"},
                 {"role":"tool","tool_name":"get_time","tool_call_id":"call_2","content":"Error: the tool failed."},
                 {"role":"assistant","content":"Rain."},
                 {"role":"user","content":""}]
                """),
            sent["messages"]),
            sent["messages"]!.ToJsonString());
    }

    [Fact]
    public async Task What_Ollama_cannot_take_is_refused_before_anything_is_sent()
    {
        await AssertRefusedAsync(new UriContent("https://example.org/cat.png", "image/png"), "fetches none");
        await AssertRefusedAsync(new DataContent(new byte[] { 1 }, "audio/wav"), "DataContent");
    }

    [Fact]
    public async Task A_request_without_a_message_is_refused_because_Ollama_would_only_load_the_model()
    {
        await using var server = TranscriptServer.Replaying(WireText.Json(Ndjson.Done));
        await using var backend = new Backend(server.Endpoint);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => backend.Chat.GetResponseAsync([], null, TestContext.Current.CancellationToken));

        Assert.Equal((ProviderErrorKind.InvalidRequest, 0), (failure.Kind, server.ConnectionCount));
    }

    [Theory]
    [InlineData("gpt-oss:120b-cloud")]
    [InlineData("qwen3-coder:cloud")]
    public async Task A_model_in_the_cloud_gets_nothing_unless_that_is_allowed(string model)
    {
        await using var server = TranscriptServer.Replaying(WireText.Json(Ndjson.Done));
        await using (var closed = new Backend(server.Endpoint) { Model = model })
        {
            Assert.Equal(ProviderErrorKind.ModelNotFound, (await closed.FailAsync()).Failure.Kind);
            Assert.Equal(0, server.ConnectionCount);
            Assert.True(closed.Provider.Capabilities.IsLocal);
        }

        await using var open = new Backend(server.Endpoint, options => options.CloudModels = true) { Model = model };
        await open.AskAsync();
        Assert.Equal((1, false, true), (server.ConnectionCount, open.Provider.Capabilities.IsLocal, open.Provider.Capabilities.IsMetered));
    }

    [Fact]
    public async Task The_key_and_the_headers_go_with_every_request()
    {
        await using var server = TranscriptServer.Replaying(WireText.Json(Ndjson.Done));
        await using var backend = new Backend(server.Endpoint + "/ollama/", options =>
        {
            options.ApiKey = "secret";
            options.Headers["X-Tenant"] = "a";
        });
        await backend.AskAsync();

        Assert.True(server.Requests.TryDequeue(out var request));
        Assert.Equal(("POST /ollama/api/chat HTTP/1.1", "Bearer secret", "a", "application/json"), (request.RequestLine, request.Header("Authorization"), request.Header("X-Tenant"), request.Header("Content-Type")));
    }

    private static async Task AssertRefusedAsync(AIContent content, string reason)
    {
        await using var server = TranscriptServer.Replaying(WireText.Json(Ndjson.Done));
        await using var backend = new Backend(server.Endpoint);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => backend.Chat.GetResponseAsync([new(ChatRole.User, [content])], null, TestContext.Current.CancellationToken));

        Assert.Equal((ProviderErrorKind.InvalidRequest, 0), (failure.Kind, server.ConnectionCount));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    private static async Task<ProviderException> RefusedAsync(ChatOptions options)
    {
        await using var server = TranscriptServer.Replaying(WireText.Json(Ndjson.Done));
        await using var backend = new Backend(server.Endpoint);
        var (failure, _) = await backend.FailAsync(options: options);

        Assert.Equal((ProviderErrorKind.InvalidRequest, 0), (failure.Kind, server.ConnectionCount));
        return failure;
    }

    private static async Task AssertSentAsync(string expected, ChatOptions? options = null, bool streamed = false, Action<OllamaOptions>? configure = null)
    {
        var sent = await SendAsync(options, streamed, configure);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), sent), sent.ToJsonString());
    }

    private static async Task<JsonNode> SendAsync(
        ChatOptions? options = null, bool streamed = false, Action<OllamaOptions>? configure = null, string? show = null, IEnumerable<ChatMessage>? messages = null)
    {
        JsonNode? body = null;
        await using var server = new TranscriptServer(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                if (request.RequestLine.Contains("/api/show", StringComparison.Ordinal))
                {
                    await connection.SendAsync(show!);
                    continue;
                }

                body = JsonNode.Parse(request.Text);
                await connection.SendAsync(WireText.Json(Ndjson.Done));
            }
        });
        await using var backend = new Backend(server.Endpoint, configure);
        if (streamed)
        {
            await backend.StreamAsync(options: options);
        }
        else
        {
            await backend.Chat.GetResponseAsync(messages ?? [new(ChatRole.User, "hi")], options, TestContext.Current.CancellationToken);
        }

        return body!;
    }
}
