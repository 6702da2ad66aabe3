using System.Text.Json;
using System.Text.Json.Nodes;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Http;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;
using NSubstitute;

namespace HybridLlm.OpenAICompatible.Tests;

public sealed class RequestBodyTests
{
    private static readonly AITool Weather = AIFunctionFactory.CreateDeclaration("get_weather", "The weather", Schema("""{"type":"object","properties":{"city":{"type":"string"}}}"""));
    private static readonly AITool Time = AIFunctionFactory.CreateDeclaration("get_time", "", Schema("""{"type":"object"}"""));

    private const string WeatherJson = """{"type":"function","function":{"name":"get_weather","description":"The weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}""";
    private const string TimeJson = """{"type":"function","function":{"name":"get_time","parameters":{"type":"object"}}}""";
    private const string Hi = """{"role":"user","content":"hi"}""";

    [Fact]
    public async Task Over_the_wire_a_request_is_what_the_writer_wrote_with_key_and_headers()
    {
        await using var server = TranscriptServer.Replaying(Wire.Whole("\"content\":\"ok\""));
        await using var backend = new Backend(server.Endpoint, options =>
        {
            options.ApiKey = "secret";
            options.Headers["X-Tenant"] = "t1";
        });

        await backend.AskAsync();

        Assert.True(server.Requests.TryDequeue(out var request));
        Assert.Equal("POST /v1/chat/completions HTTP/1.1", request.RequestLine);
        Assert.Equal("application/json", request.Header("Content-Type"));
        Assert.Equal("Bearer secret", request.Header("Authorization"));
        Assert.Equal("t1", request.Header("X-Tenant"));
        Assert.Null(request.Header("Expect"));
        Assert.Equal("{\"model\":\"m\",\"messages\":[" + Hi + "]}", request.Text);
    }

    [Fact]
    public void A_streamed_request_asks_for_usage() =>
        Expect("""{"model":"m","messages":[@Hi],"stream":true,"stream_options":{"include_usage":true}}""", stream: true);

    [Fact]
    public void Every_sampling_option_has_its_member() =>
        Expect(
            """
            {"model":"other","messages":[{"role":"system","content":"Be brief."},@Hi],"temperature":0.2,"top_p":0.9,"frequency_penalty":0.1,"presence_penalty":-0.5,
             "top_k":40,"max_tokens":64,"seed":9007199254740993,"stop":["a","b"],"reasoning_effort":"low"}
            """,
            new ChatOptions
            {
                ModelId = "other",
                Instructions = "Be brief.",
                Temperature = 0.2f,
                TopP = 0.9f,
                TopK = 40,
                FrequencyPenalty = 0.1f,
                PresencePenalty = -0.5f,
                MaxOutputTokens = 64,
                Seed = 9007199254740993,
                StopSequences = ["a", "b"],
                Reasoning = new() { Effort = ReasoningEffort.Low },
            });

    [Theory]
    [InlineData(ReasoningEffort.None, "none")]
    [InlineData(ReasoningEffort.Medium, "medium")]
    [InlineData(ReasoningEffort.High, "high")]
    [InlineData(ReasoningEffort.ExtraHigh, "xhigh")]
    public void Every_effort_has_its_word(ReasoningEffort effort, string word) =>
        Expect("""{"model":"m","messages":[@Hi],"reasoning_effort":"@word"}""".Replace("@word", word, StringComparison.Ordinal), new() { Reasoning = new() { Effort = effort } });

    [Fact]
    public void Tools_are_sent_with_their_schema_and_choice() =>
        Expect(
            """{"model":"m","messages":[@Hi],"tools":[@WeatherJson,@TimeJson],"tool_choice":"auto","parallel_tool_calls":false}""",
            new() { Tools = [Weather, Time], ToolMode = ChatToolMode.Auto, AllowMultipleToolCalls = false });

    [Fact]
    public void A_required_tool_is_any_or_a_named_one()
    {
        Expect(
            """{"model":"m","messages":[@Hi],"tools":[@WeatherJson],"tool_choice":"required"}""",
            new() { Tools = [Weather], ToolMode = ChatToolMode.RequireAny });
        Expect(
            """{"model":"m","messages":[@Hi],"tools":[@WeatherJson,@TimeJson],"tool_choice":{"type":"function","function":{"name":"get_time"}}}""",
            new() { Tools = [Weather, Time], ToolMode = ChatToolMode.RequireSpecific("get_time") });
    }

    [Fact]
    public void Llama_surprise_19_where_a_tool_cannot_be_named_it_is_the_only_one_offered() =>
        Expect(
            """{"model":"m","messages":[@Hi],"tools":[@TimeJson],"tool_choice":"required"}""",
            new() { Tools = [Weather, Time], ToolMode = ChatToolMode.RequireSpecific("get_time") },
            dialect: new UnnamedDialect());

    [Fact]
    public void Llama_surprise_19_tools_that_must_not_be_called_are_not_sent() =>
        Expect("""{"model":"m","messages":[@Hi]}""", new() { Tools = [Weather], ToolMode = ChatToolMode.None, AllowMultipleToolCalls = true });

    [Fact]
    public void Vllm_surprise_17_an_empty_list_of_tools_is_not_sent() =>
        Expect("""{"model":"m","messages":[@Hi]}""", new() { Tools = [], ToolMode = ChatToolMode.RequireAny });

    [Fact]
    public void A_tool_that_is_no_function_is_refused()
    {
        var failure = Assert.Throws<ProviderException>(() => Write(new() { Tools = [new HostedWebSearchTool()] }));

        Assert.Equal(ProviderErrorKind.InvalidRequest, failure.Kind);
        Assert.Contains("HostedWebSearchTool", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_the_default_format_and_is_not_sent() =>
        Expect("""{"model":"m","messages":[@Hi]}""", new() { ResponseFormat = ChatResponseFormat.Text });

    [Fact]
    public void Json_without_a_schema_is_an_object() =>
        Expect("""{"model":"m","messages":[@Hi],"response_format":{"type":"json_object"}}""", new() { ResponseFormat = ChatResponseFormat.Json });

    [Fact]
    public void A_schema_is_sent_with_a_name_that_servers_accept() =>
        Expect(
            """
            {"model":"m","messages":[@Hi],"response_format":{"type":"json_schema","json_schema":{"name":"List_Of_Caf__s","description":"d","strict":true,"schema":{"type":"array"}}}}
            """,
            new()
            {
                ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema("""{"type":"array"}"""), "List<Of>Café's", "d"),
                AdditionalProperties = new() { [OpenAIOptionKeys.Strict] = true },
            },
            ignoreName: true);

    [Fact]
    public void A_schema_without_a_name_gets_one() =>
        Expect(
            """{"model":"m","messages":[@Hi],"response_format":{"type":"json_schema","json_schema":{"name":"response","schema":{"type":"array"}}}}""",
            new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema("""{"type":"array"}""")) });

    [Fact]
    public void Additional_properties_become_members_except_hints_taken_ones_and_what_is_no_json() =>
        Expect(
            """
            {"model":"m","messages":[@Hi],"temperature":0.5,"min_p":0.05,"logprobs":true,"top_logprobs":3,"n_probs":7,"user":null,"logit_bias":{"15":-100,"16":[1,"x"]},
             "chat_template_kwargs":{"enable_thinking":false},"metadata":{"a":"b"}}
            """,
            new()
            {
                Temperature = 0.5f,
                AdditionalProperties = new()
                {
                    ["min_p"] = 0.05,
                    [OpenAIOptionKeys.Logprobs] = true,
                    [OpenAIOptionKeys.TopLogprobs] = 3,
                    ["n_probs"] = (short)7,
                    ["user"] = null,
                    ["logit_bias"] = new Dictionary<string, object?> { ["15"] = -100, ["16"] = new object[] { 1L, "x" } },
                    ["chat_template_kwargs"] = new JsonObject { ["enable_thinking"] = false },
                    ["metadata"] = new Dictionary<string, string> { ["a"] = "b" },
                    ["temperature"] = 1.9,
                    ["model"] = "evil",
                    ["stream"] = true,
                    ["hybridllm.task_type"] = "chat",
                    ["not_json"] = new object(),
                    ["nan"] = double.NaN,
                },
            });

    [Fact]
    public void A_raw_request_adds_members_below_those_of_the_options() =>
        Expect(
            """{"model":"m","messages":[@Hi],"temperature":0.5,"mirostat":2}""",
            new() { Temperature = 0.5f, RawRepresentationFactory = _ => new JsonObject { ["temperature"] = 1, ["mirostat"] = 2, ["messages"] = new JsonArray() } });

    [Fact]
    public void A_raw_request_of_another_type_is_passed_over() =>
        Expect("""{"model":"m","messages":[@Hi]}""", new() { RawRepresentationFactory = _ => new object() });

    [Fact]
    public void A_conversation_with_calls_and_results_keeps_its_order() =>
        Expect(
            """
            {"model":"m","messages":[
              {"role":"user","content":"Weather?"},
              {"role":"assistant","content":null,"tool_calls":[
                {"id":"1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Bern\"}"}},
                {"id":"2","type":"function","function":{"name":"get_time","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"1","content":"{\"degrees\":21}"},
              {"role":"tool","tool_call_id":"2","content":"noon"},
              {"role":"tool","tool_call_id":"3","content":""},
              {"role":"tool","tool_call_id":"4","content":"Error: the tool failed."},
              {"role":"assistant","content":"Let me look.","tool_calls":[{"id":"5","type":"function","function":{"name":"x","arguments":"{}"}}]},
              {"role":"assistant","name":"bob","content":""}]}
            """,
            messages:
            [
                new(ChatRole.User, "Weather?"),
                new(ChatRole.Assistant, [new FunctionCallContent("1", "get_weather", new Dictionary<string, object?> { ["city"] = "Bern" }), new FunctionCallContent("2", "get_time")]),
                new(ChatRole.Tool,
                [
                    new FunctionResultContent("1", Schema("""{"degrees":21}""")), new FunctionResultContent("2", "noon"), new FunctionResultContent("3", null),
                    new FunctionResultContent("4", null) { Exception = new InvalidOperationException("secret") },
                ]),
                new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("Let me "), new TextContent("look."), new FunctionCallContent("5", "x") { RawRepresentation = "{broken" }]),
                new(ChatRole.Assistant, []) { AuthorName = "bob" },
            ]);

    [Fact]
    public void Thoughts_go_back_where_the_dialect_wants_them() =>
        Expect(
            """{"model":"m","messages":[{"role":"assistant","reasoning_content":"hm","content":"a"}]}""",
            messages: [new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("a")])],
            dialect: new ThinkingDialect());

    [Fact]
    public void Images_audio_and_files_are_parts() =>
        Expect(
            """
            {"model":"m","messages":[{"role":"user","content":[
              {"type":"text","text":"What?"},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID","detail":"low"}},
              {"type":"image_url","image_url":{"url":"https://example.org/a.png"}},
              {"type":"input_audio","input_audio":{"data":"AQID","format":"wav"}},
              {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AQID"}}]}]}
            """,
            messages:
            [
                new(ChatRole.User,
                [
                    new TextContent("What?"),
                    new DataContent(new byte[] { 1, 2, 3 }, "image/png") { AdditionalProperties = new() { ["detail"] = "low" } },
                    new UriContent("https://example.org/a.png", "image/png"),
                    new DataContent(new byte[] { 1, 2, 3 }, "audio/x-wav"),
                    new DataContent(new byte[] { 1, 2, 3 }, "application/pdf") { Name = "a.pdf" },
                ]),
            ]);

    [Fact]
    public void Content_that_cannot_be_sent_is_refused_rather_than_dropped()
    {
        var failure = Assert.Throws<ProviderException>(() => Write(null, [new(ChatRole.User, [new HostedFileContent("f1")])]));

        Assert.Equal(ProviderErrorKind.InvalidRequest, failure.Kind);
        Assert.Contains("HostedFileContent", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_ascii_stays_short_and_broken_text_does_not_throw()
    {
        Assert.Contains("\"größer 日本 😀 <&>'\"", Write(null, [new(ChatRole.User, "größer 日本 😀 <&>'")]).Replace("\\uD83D\\uDE00", "😀", StringComparison.Ordinal), StringComparison.Ordinal);
        using var broken = JsonDocument.Parse(Write(null, [new(ChatRole.User, "half \ud83d of it")]));
        Assert.Equal("half \ufffd of it", broken.RootElement.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    private static void Expect(
        string json,
        ChatOptions? options = null,
        IEnumerable<ChatMessage>? messages = null,
        bool stream = false,
        OpenAIDialect? dialect = null,
        bool ignoreName = false)
    {
        var actual = JsonNode.Parse(Write(options, messages, stream, dialect))!;
        var expected = JsonNode.Parse(json
            .Replace("@Hi", Hi, StringComparison.Ordinal)
            .Replace("@WeatherJson", WeatherJson, StringComparison.Ordinal)
            .Replace("@TimeJson", TimeJson, StringComparison.Ordinal))!;
        if (ignoreName)
        {
            var name = actual["response_format"]!["json_schema"]!["name"]!.GetValue<string>();
            Assert.Matches("^[a-zA-Z0-9_-]{1,64}$", name);
            expected["response_format"]!["json_schema"]!["name"] = name;
        }

        Assert.Equal(expected.ToJsonString(), actual.ToJsonString());
    }

    private static string Write(ChatOptions? options, IEnumerable<ChatMessage>? messages = null, bool stream = false, OpenAIDialect? dialect = null)
    {
        var request = new ChatRequest(
            "test", dialect ?? OpenAIDialect.Default, options?.ModelId ?? "m", messages ?? [new(ChatRole.User, "hi")], options, stream, Substitute.For<IChatClient>());
        using var content = PooledJsonContent.Create(request, ChatRequestWriter.Write);
        return System.Text.Encoding.UTF8.GetString(content.Span);
    }

    private static JsonElement Schema(string json) => JsonElement.Parse(json);

    private sealed class UnnamedDialect : OpenAIDialect
    {
        protected internal override bool SupportsNamedToolChoice => false;
    }

    private sealed class ThinkingDialect : OpenAIDialect
    {
        protected internal override string ReasoningHistoryField => "reasoning_content";
    }
}
