using System.Text.Json;
using HybridLlm.LmStudio.Tests.Support;
using Microsoft.Extensions.AI;
using OpenAIWire = HybridLlm.OpenAICompatible.Tests.Support.Wire;

namespace HybridLlm.LmStudio.Tests;

/// <summary>What is sent to LM Studio, and what is made of its answers and errors.</summary>
public sealed class ChatTests
{
    private const string Model = "qwen/qwen2.5-7b";
    private const string Chat = "/v1/chat/completions";

    [Fact]
    public async Task Any_JSON_object_is_asked_for_with_a_schema()
    {
        await using var studio = new Studio().OnChat("{}");
        await studio.AskAsync(options: new() { ResponseFormat = ChatResponseFormat.Json });
        Assert.Equal(
            """{"type":"json_schema","json_schema":{"name":"response","schema":{"type":"object"}}}""",
            Assert.Single(studio.BodiesOf(Chat)).GetProperty("response_format").GetRawText());
    }

    [Fact]
    public async Task Schemas_are_sent_without_those_that_are_true_or_false()
    {
        await using var studio = new Studio().OnChat("{}");
        var schema = JsonElement.Parse("""
            {"type":"object","properties":{"any":true,"never":false,"list":{"type":"array","items":true},"either":{"anyOf":[{"type":"string"},false]},"free":{"type":"object","additionalProperties":{}}},
             "required":["any"],"additionalProperties":false}
            """);

        await studio.AskAsync(options: new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "x") });

        const string Anything = """{"type":["string","number","boolean","object","array","null"]}""";
        Assert.Equal(
            $$$"""{"type":"object","properties":{"any":{{{Anything}}},"list":{"type":"array","items":{{{Anything}}}},"either":{"anyOf":[{"type":"string"}]},"free":{"type":"object","additionalProperties":true}},"required":["any"],"additionalProperties":false}""",
            Assert.Single(studio.BodiesOf(Chat)).GetProperty("response_format").GetProperty("json_schema").GetProperty("schema").GetRawText());
    }

    [Fact]
    public async Task The_tool_that_must_be_called_is_the_only_one_offered()
    {
        await using var studio = new Studio().OnChat("x");
        var schema = JsonElement.Parse("""{"type":"object","properties":{"a":true},"additionalProperties":{"not":{}}}""");
        AITool[] tools = [AIFunctionFactory.CreateDeclaration("one", null, schema), AIFunctionFactory.CreateDeclaration("two", null, schema)];

        await studio.AskAsync(options: new() { Tools = tools, ToolMode = ChatToolMode.RequireSpecific("two") });

        var body = Assert.Single(studio.BodiesOf(Chat));
        Assert.Equal("required", body.GetProperty("tool_choice").GetString());
        var function = Assert.Single(body.GetProperty("tools").EnumerateArray()).GetProperty("function");
        Assert.Equal("two", function.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.False, function.GetProperty("parameters").GetProperty("additionalProperties").ValueKind);
    }

    [Fact]
    public async Task Statistics_come_with_answers_of_its_own_route()
    {
        await using var studio = new Studio(options => options.DetailedStats = true).OnModels(Studio.Entry(Model, "", Model)).OnChat("{}");
        studio.OnJson(
            "POST /api/v0/chat/completions",
            """{"id":"c1","model":"qwen/qwen2.5-7b","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hi"}}],"usage":{"prompt_tokens":2,"completion_tokens":1,"total_tokens":3},"stats":{"tokens_per_second":51.4,"time_to_first_token":0.111,"generation_time":0.954,"stop_reason":"eosFound"},"model_info":{"arch":"qwen2"},"runtime":{"name":"llama.cpp"}}""");

        var stats = Assert.IsType<LmStudioStats>((await studio.AskAsync()).AdditionalProperties![LmStudioPropertyNames.Stats]);
        await studio.AskAsync(options: new() { ResponseFormat = ChatResponseFormat.Json });

        Assert.Equal((51.4, TimeSpan.FromSeconds(0.111), TimeSpan.FromSeconds(0.954), "eosFound"), (stats.TokensPerSecond, stats.TimeToFirstToken, stats.GenerationDuration, stats.StopReason));
        Assert.Single(studio.BodiesOf(Chat));
    }

    [Fact]
    public async Task Empty_statistics_are_none_and_those_of_a_draft_model_are_some()
    {
        await using var studio = new Studio().OnModels(Studio.Entry(Model, "", Model)).OnChat("Hi");
        Assert.False((await studio.AskAsync()).AdditionalProperties?.ContainsKey(LmStudioPropertyNames.Stats) ?? false);

        studio.On("POST " + Chat, OpenAIWire.Whole("\"content\":\"Hi\"", more: ",\"stats\":{\"tokens_per_second\":null,\"draft_model\":\"tiny\",\"total_draft_tokens_count\":9,\"accepted_draft_tokens_count\":6}"));
        var stats = Assert.IsType<LmStudioStats>((await studio.AskAsync()).AdditionalProperties![LmStudioPropertyNames.Stats]);
        Assert.Equal((null, "tiny", 9, 6), (stats.TokensPerSecond, stats.DraftModel, stats.DraftTokens, stats.AcceptedDraftTokens));
    }

    [Theory]
    [InlineData("\"reasoning\":\"Hm.\",\"content\":\"Oslo.\"")]
    [InlineData("\"reasoning_content\":\"Hm.\",\"content\":\"Oslo.\"")]
    [InlineData("\"content\":\"<think>\\nHm.</think>\\n\\nOslo.\"")]
    public async Task Thoughts_are_told_apart_in_all_three_forms(string message)
    {
        await using var studio = new Studio().On("POST " + Chat, OpenAIWire.Whole(message));
        var response = await studio.AskAsync();
        Assert.Equal("Oslo.", response.Text);
        Assert.Equal("Hm.", Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text);
    }

    [Fact]
    public async Task Every_delta_repeats_the_role_and_tags_of_thoughts_may_be_cut_anywhere()
    {
        const string Answer = "<think>\nA <b> or a </th?</think>\n\nOslo </think> it is.";
        for (var length = 1; length < 9; length++)
        {
            string[] events =
            [
                .. Answer.Chunk(length).Select(piece => OpenAIWire.Delta($"\"role\":\"assistant\",\"content\":\"{JsonEncodedText.Encode(new string(piece))}\"")),
                OpenAIWire.Finish(),
                OpenAIWire.Done,
            ];
            await using var studio = new Studio().On("POST " + Chat, OpenAIWire.Stream(events));

            var updates = await studio.StreamAsync();

            Assert.Equal("Oslo </think> it is.", string.Concat(updates.Select(update => update.Text)));
            Assert.Equal("A <b> or a </th?", string.Concat(updates.SelectMany(u => u.Contents).OfType<TextReasoningContent>().Select(c => c.Text)).TrimStart());
        }
    }

    [Theory]
    [InlineData("<thin", "<thin")]
    [InlineData("<thinner> is text", "<thinner> is text")]
    [InlineData("  <b>", "  <b>")]
    public async Task What_only_begins_like_a_thought_is_text(string answer, string expected)
    {
        await using var studio = new Studio().OnChat(answer);
        Assert.Equal(expected, (await studio.AskAsync()).Text);
    }

    [Theory]
    [InlineData(400, """{"error":"'response_format.type' must be 'json_schema' or 'text'"}""", ProviderErrorKind.InvalidRequest)]
    [InlineData(400, """{"error":"Invalid 'messages' in payload. Please check the structure of your 'messages' and try again."}""", ProviderErrorKind.InvalidRequest)]
    [InlineData(400, """{"error":"The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096). Try to load the model with a larger context length, or provide a shorter input."}""", ProviderErrorKind.ContextExceeded)]
    [InlineData(400, """{"error":"Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens."}""", ProviderErrorKind.ContextExceeded)]
    [InlineData(404, """{"error":{"message":"No models loaded. Please load a model in the developer page or use the 'lms load' command.","type":"invalid_request_error","param":"model","code":null}}""", ProviderErrorKind.ModelNotFound)]
    [InlineData(400, """{"error":{"type":"model_not_found","message":"x"}}""", ProviderErrorKind.ModelNotFound)]
    [InlineData(500, """{"error":{"type":"model_load_failed","message":"Failed to load model \"x\". Error: (Exit code: 134)"}}""", ProviderErrorKind.ServerError)]
    [InlineData(200, """{"error":"Unexpected endpoint or method. (POST /v1/chat/completions)"}""", ProviderErrorKind.ModelNotFound)]
    [InlineData(200, """{"error":{"message":"Input does not fit in context length. The input has 31430 tokens, but the context length only supports 30000 tokens."}}""", ProviderErrorKind.ContextExceeded)]
    public async Task Every_shape_of_error_becomes_its_kind(int status, string body, ProviderErrorKind kind)
    {
        await using var studio = new Studio().OnJson("POST " + Chat, body, status);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => studio.AskAsync());
        Assert.Equal(kind, failure.Kind);
    }

    [Fact]
    public async Task An_error_event_after_status_200_is_the_error_that_it_says_with_its_numbers()
    {
        await using var studio = new Studio().On("POST " + Chat, OpenAIWire.Stream(
            "event: error\ndata: {\"error\":{\"message\":\"Input does not fit in context length. The input has 31430 tokens, but the context length only supports 30000 tokens.\"},\"message\":\"Input does not fit.\"}\n\n"));

        var failure = await Assert.ThrowsAsync<ProviderException>(() => studio.StreamAsync());

        Assert.Equal((ProviderErrorKind.ContextExceeded, 31430, 30000), (failure.Kind, failure.PromptTokens, failure.ContextLength));
    }

    [Fact]
    public async Task An_error_in_a_stream_without_an_event_line_is_one_too()
    {
        await using var studio = new Studio().On("POST " + Chat, OpenAIWire.Stream(OpenAIWire.Text("Hi"), "data: {\"error\":\"The model has crashed without additional information. (Exit code: 6)\"}\n\n"));
        Assert.Equal(ProviderErrorKind.ServerError, (await Assert.ThrowsAsync<ProviderException>(() => studio.StreamAsync())).Kind);
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_and_answered_with_an_empty_stream_is_no_answer()
    {
        await using var studio = new Studio().On("POST " + Chat, OpenAIWire.Stream(OpenAIWire.Done));
        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await Assert.ThrowsAsync<ProviderException>(() => studio.StreamAsync())).Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_model_that_answers_because_it_alone_is_loaded_is_no_answer(bool streamed)
    {
        await using var studio = new Studio().OnModels(Studio.Entry(Model), Studio.Entry("gemma-3-1b", "", "gemma-3-1b"));
        studio.OnChat("Hi", "gemma-3-1b");
        if (streamed)
        {
            studio.On("POST " + Chat, OpenAIWire.Stream(OpenAIWire.Text("Hi").Replace("served", "gemma-3-1b", StringComparison.Ordinal), OpenAIWire.Finish(), OpenAIWire.Done));
        }

        var failure = await Assert.ThrowsAsync<ProviderException>(() => streamed ? studio.StreamAsync() : studio.AskAsync());

        Assert.Equal(ProviderErrorKind.ModelNotFound, failure.Kind);
        Assert.Contains("gemma-3-1b", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_instance_and_an_unknown_name_are_the_model_itself()
    {
        await using var studio = new Studio().OnModels(Studio.Entry(Model, "", Model, Model + ":2")).OnChat("Hi", Model + ":2");
        Assert.Equal("Hi", (await studio.AskAsync()).Text);
        studio.OnChat("Hi", "somebody's own identifier");
        Assert.Equal("Hi", (await studio.AskAsync()).Text);
    }

    [Fact]
    public async Task Gemini_behind_its_endpoint_is_spoken_to_as_Gemini()
    {
        await using var studio = new Studio(options => options.TimeToLive = TimeSpan.FromMinutes(5)).OnChat("{}", "gemini-2.5-flash");
        var schema = JsonElement.Parse("""{"$schema":"x","type":"object","properties":{"a":{"type":["string","null"]}},"required":["a"],"additionalProperties":false}""");

        await studio.AskAsync("gemini-2.5-flash", new() { TopK = 5, Seed = 1, ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "x") });

        var body = Assert.Single(studio.BodiesOf(Chat));
        Assert.False(body.TryGetProperty("ttl", out _) || body.TryGetProperty("top_k", out _) || body.TryGetProperty("seed", out _));
        Assert.Equal(
            """{"type":"object","properties":{"a":{"nullable":true,"type":"string"}},"propertyOrdering":["a"],"required":["a"]}""",
            body.GetProperty("response_format").GetProperty("json_schema").GetProperty("schema").GetRawText());

        studio.OnJson("POST " + Chat, """[{"error":{"code":429,"message":"Quota exceeded. Please retry in 34.07s.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.07s"}]}}]""", 429);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => studio.AskAsync("gemini-2.5-flash"));
        Assert.Equal((ProviderErrorKind.RateLimited, TimeSpan.FromSeconds(34.07)), (failure.Kind, failure.RetryAfter));
    }
}
