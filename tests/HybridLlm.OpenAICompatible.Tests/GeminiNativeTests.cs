using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using HybridLlm.Conformance;
using HybridLlm.OpenAICompatible.Gemini;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>Gemini's own interface, for schemas that the compatible endpoint cannot be told. The forms are those of https://ai.google.dev/api/generate-content.</summary>
public sealed class GeminiNativeTests
{
    private const string Key = "AIza-test";
    private const string Tree = """{"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#"}}},"required":["name","children"]}""";
    private const string TreeAsSent = """
        {"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/d0"}}},"propertyOrdering":["name","children"],"required":["name"],
         "$defs":{"d0":{"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/d0"}}},"propertyOrdering":["name","children"],"required":["name"]}}}
        """;

    // https://ai.google.dev/api/generate-content#UsageMetadata: thoughts are counted beside the candidates' tokens.
    private const string Usage = "\"usageMetadata\":{\"promptTokenCount\":12,\"candidatesTokenCount\":8,\"thoughtsTokenCount\":10,\"cachedContentTokenCount\":4,\"totalTokenCount\":30},"
        + "\"modelVersion\":\"gemini-2.5-flash-001\",\"responseId\":\"r-1\"";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schema_that_contains_itself_goes_to_the_native_interface_with_the_key_in_its_own_header()
    {
        await using var google = new Google(_ => Json($$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true},{"text":"{\"name\":\"a\"}"}]},"finishReason":"STOP","index":0}],{{{Usage}}}}"""));
        var image = new DataContent("iVBORw=="u8.ToArray(), "image/png");
        var response = await google.Client().GetResponseAsync(
            [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Yes?"), new(ChatRole.User, [new TextContent("Look."), image])],
            new()
            {
                Temperature = 0.5f,
                TopP = 0.9f,
                TopK = 40,
                Seed = 7,
                MaxOutputTokens = 99,
                StopSequences = ["x"],
                FrequencyPenalty = 1,
                Reasoning = new() { Effort = ReasoningEffort.Low },
                ResponseFormat = Format(Tree),
            },
            Cancellation);

        var (request, body) = Assert.Single(google.Requests);
        Assert.Equal("/v1beta/models/gemini-2.5-flash:generateContent", request.RequestUri!.PathAndQuery);
        Assert.Equal(Key, Assert.Single(request.Headers.GetValues("x-goog-api-key")));
        Assert.Null(request.Headers.Authorization);
        Same($$$"""
            {"systemInstruction":{"parts":[{"text":"Be brief."}]},
             "contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"Yes?"}]},
               {"role":"user","parts":[{"text":"Look."},{"inlineData":{"mimeType":"image/png","data":"{{{Convert.ToBase64String(image.Data.Span)}}}"}}]}],
             "generationConfig":{"temperature":0.5,"topP":0.9,"topK":40,"maxOutputTokens":99,"seed":7,"stopSequences":["x"],"thinkingConfig":{"thinkingBudget":1024},
               "responseMimeType":"application/json","responseJsonSchema":{{{TreeAsSent}}}}}
            """, body);

        Assert.Equal(("{\"name\":\"a\"}", "r-1", "gemini-2.5-flash-001", ChatFinishReason.Stop), (response.Text, response.ResponseId, response.ModelId, response.FinishReason!.Value));
        Assert.Equal("Hm.", Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text);
        Assert.Equal((12, 18, 30, 4, 10), Counts(response.Usage!));
    }

    [Fact]
    public async Task A_stream_of_it_has_no_end_marker_and_its_last_usage_counts()
    {
        await using var google = new Google(_ => Stream(
            """{"candidates":[{"content":{"role":"model","parts":[{"text":"Hm ü","thought":true}]},"index":0}],"usageMetadata":{"promptTokenCount":12,"totalTokenCount":15,"thoughtsTokenCount":3}}""",
            """{"candidates":[{"content":{"role":"model","parts":[{"text":"{\"name\":"}]},"index":0}],"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":2,"totalTokenCount":17}}""",
            $$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":"\"世\"}"}]},"finishReason":"STOP","index":0}],{{{Usage}}}}"""));

        var response = (await google.StreamAsync()).ToChatResponse();

        Assert.Equal("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", google.Requests[0].Request.RequestUri!.PathAndQuery);
        Assert.Equal(("{\"name\":\"世\"}", ChatFinishReason.Stop, "r-1"), (response.Text, response.FinishReason!.Value, response.ResponseId));
        Assert.Equal("Hm ü", string.Concat(response.Messages.SelectMany(static message => message.Contents).OfType<TextReasoningContent>().Select(static thought => thought.Text)));
        Assert.Equal((12, 18, 30, 4, 10), Counts(response.Usage!));
    }

    [Fact]
    public async Task A_stream_that_ends_without_a_finish_reason_broke_off()
    {
        await using var google = new Google(_ => Stream("""{"candidates":[{"content":{"role":"model","parts":[{"text":"{"}]},"index":0}]}"""));
        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await Assert.ThrowsAsync<ProviderException>(google.StreamAsync)).Kind);
    }

    // https://ai.google.dev/api/generate-content#FinishReason
    [Theory]
    [InlineData("STOP", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("RECITATION", "content_filter")]
    [InlineData("LANGUAGE", "content_filter")]
    [InlineData("BLOCKLIST", "content_filter")]
    [InlineData("PROHIBITED_CONTENT", "content_filter")]
    [InlineData("SPII", "content_filter")]
    public async Task Its_words_for_the_end_are_mapped(string said, string reason)
    {
        // A candidate whose thoughts took all tokens has no parts.
        await using var google = new Google(_ => Json($$$"""{"candidates":[{"content":{"role":"model"},"finishReason":"{{{said}}}","index":0}]}"""));
        Assert.Equal(reason, (await google.AskAsync()).FinishReason!.Value.Value);
    }

    [Theory]
    [InlineData("OTHER")]
    [InlineData("MALFORMED_FUNCTION_CALL")]
    [InlineData("UNEXPECTED_TOOL_CALL")]
    public async Task An_answer_that_it_gave_up_is_no_answer(string said)
    {
        await using var google = new Google(_ => Json($$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":"{"}]},"finishReason":"{{{said}}}"}]}"""));
        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await Assert.ThrowsAsync<ProviderException>(google.AskAsync)).Kind);
    }

    // https://ai.google.dev/api/generate-content#PromptFeedback: no candidates, status 200.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_prompt_that_is_blocked_ends_as_filtered(bool streamed)
    {
        const string Blocked = """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":5,"totalTokenCount":5}}""";
        await using var google = new Google(_ => streamed ? Stream(Blocked) : Json(Blocked));
        var response = streamed ? (await google.StreamAsync()).ToChatResponse() : await google.AskAsync();
        Assert.Equal((ChatFinishReason.ContentFilter, "", 5), (response.FinishReason!.Value, response.Text, response.Usage!.InputTokenCount));
    }

    // https://ai.google.dev/gemini-api/docs/troubleshooting, and google.rpc.Status with its details.
    [Theory]
    [InlineData(429, """{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"58s"}]}}""", ProviderErrorKind.RateLimited, 58)]
    [InlineData(429, """{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]}}""", ProviderErrorKind.QuotaExhausted, null)]
    [InlineData(400, """{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}""", ProviderErrorKind.Unauthorized, null)]
    [InlineData(400, """{"error":{"code":400,"message":"The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}""", ProviderErrorKind.ContextExceeded, null)]
    [InlineData(400, """{"error":{"code":400,"message":"The specified schema produces a constraint that has too many states for serving.","status":"INVALID_ARGUMENT"}}""", ProviderErrorKind.InvalidRequest, null)]
    [InlineData(404, """{"error":{"code":404,"message":"models/x is not found","status":"NOT_FOUND"}}""", ProviderErrorKind.ModelNotFound, null)]
    [InlineData(503, """[{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]""", ProviderErrorKind.Overloaded, null)]
    [InlineData(200, """{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}""", ProviderErrorKind.Overloaded, null)]
    [InlineData(200, """[{"error":{"code":504,"message":"x","status":"DEADLINE_EXCEEDED"}}]""", ProviderErrorKind.Timeout, null)]
    public async Task Its_errors_are_typed_whole_and_in_a_stream(int status, string body, ProviderErrorKind kind, int? seconds)
    {
        await using var whole = new Google(_ => Json(body, status));
        await using var streamed = new Google(_ => status == 200 ? Stream(body) : Json(body, status));
        foreach (var failure in (ProviderException[])[await Assert.ThrowsAsync<ProviderException>(whole.AskAsync), await Assert.ThrowsAsync<ProviderException>(streamed.StreamAsync)])
        {
            Assert.Equal((kind, seconds), (failure.Kind, (int?)failure.RetryAfter?.TotalSeconds));
        }
    }

    [Theory]
    [InlineData(Tree, true)]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"}}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}]}}}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"enum":[1,2,3]}}}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"const":7}}}""", true)]
    [InlineData("""{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","properties":{"b":{"$ref":"#/$defs/B"}}},"B":{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}}}}}""", true)]
    [InlineData("""{"type":"object","properties":{"enum":{"type":"string","enum":["1"]},"prefixItems":{"type":"string"}},"additionalProperties":false}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/A"},"b":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"string"}}}""", false)]
    [InlineData("""{"allOf":[{"properties":{"a":{"const":7}}}]}""", false)]
    [InlineData("""{"$ref":"#/$defs/missing"}""", false)]
    [InlineData("true", false)]
    public async Task Only_a_schema_that_says_more_goes_there(string schema, bool isNative)
    {
        await using var google = new Google(request => request.RequestUri!.AbsolutePath.EndsWith("/chat/completions", StringComparison.Ordinal)
            ? Json("""{"id":"c","choices":[{"index":0,"message":{"content":"{}"},"finish_reason":"stop"}]}""")
            : Json("""{"candidates":[{"content":{"parts":[{"text":"{}"}]},"finishReason":"STOP"}]}"""));
        Assert.Equal("{}", (await google.AskAsync(new() { ResponseFormat = Format(schema) })).Text);
        Assert.Equal(isNative, google.Requests[0].Request.RequestUri!.AbsolutePath.EndsWith(":generateContent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_native_interface_is_not_told_here_stays_with_the_compatible_one()
    {
        var tool = AIFunctionFactory.CreateDeclaration("t", null, JsonElement.Parse("""{"type":"object"}"""));
        ChatMessage[] results = [new(ChatRole.User, "Hi"), new(ChatRole.Assistant, [new FunctionCallContent("1", "t")]), new(ChatRole.Tool, [new FunctionResultContent("1", "x")])];
        await using var google = new Google(_ => Json("""{"id":"c","choices":[{"index":0,"message":{"content":"{}"},"finish_reason":"stop"}]}"""));
        await google.AskAsync(new() { ResponseFormat = Format(Tree), Tools = [tool] });
        await google.AskAsync(new() { ResponseFormat = Format(Tree), AdditionalProperties = new() { ["extra_body"] = JsonElement.Parse("{}") } });
        await google.Client().GetResponseAsync(results, new() { ResponseFormat = Format(Tree) }, Cancellation);
        await google.Client("gemini-2.0-flash").GetResponseAsync("Hi", new() { ResponseFormat = Format(Tree) }, Cancellation);
        Assert.All(google.Requests, static pair => Assert.Equal("/v1beta/openai/chat/completions", pair.Request.RequestUri!.AbsolutePath));

        // A gateway that is not laid out as Google's host has no native interface beside the compatible one.
        await using var gateway = new Google(_ => Json("""{"id":"c","choices":[{"index":0,"message":{"content":"{}"},"finish_reason":"stop"}]}"""), "https://gateway.example/v1");
        await gateway.AskAsync();
        Assert.Equal("/v1/chat/completions", gateway.Requests[0].Request.RequestUri!.AbsolutePath);
    }

    [Theory]
    [InlineData(Tree, TreeAsSent)]
    [InlineData("""{"type":"object","properties":{"a":{"description":"An A.","$ref":"#/$defs/A"}},"required":["a"],"$defs":{"A":{"type":["string","null"],"minLength":1}}}""",
        """{"type":"object","properties":{"a":{"$ref":"#/$defs/d0"}},"propertyOrdering":["a"],"required":["a"],"$defs":{"d0":{"type":["string","null"]}}}""")]
    [InlineData("""{"$schema":"s","type":"object","properties":{"n":{"const":7},"next":{"$ref":"#/properties/n"}},"additionalProperties":{"type":"integer","multipleOf":2}}""",
        """{"type":"object","properties":{"n":{"enum":[7]},"next":{"$ref":"#/$defs/d0"}},"propertyOrdering":["n","next"],"additionalProperties":{"type":"integer"},"$defs":{"d0":{"enum":[7]}}}""")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"},{"oneOf":[{"type":"integer","minimum":1},{"type":"null"}]}],"minItems":2,"items":false}""",
        """{"type":"array","prefixItems":[{"type":"string"},{"oneOf":[{"type":"integer","minimum":1},{"type":"null"}]}],"minItems":2}""")]
    [InlineData("""{"$ref":"http://elsewhere"}""", """{"type":"object"}""")]
    public void A_schema_is_put_into_the_words_of_the_native_interface(string schema, string expected)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            NativeSchema.Write(writer, JsonElement.Parse(schema));
        }

        Same(expected, Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void Same(string expected, string actual) => Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), JsonElement.Parse(actual)), actual);

    private static ChatResponseFormatJson Format(string schema) => ChatResponseFormat.ForJsonSchema(JsonElement.Parse(schema), "x");

    private static (long?, long?, long?, long?, long?) Counts(UsageDetails usage) =>
        (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount, usage.CachedInputTokenCount, usage.ReasoningTokenCount);

    private static HttpResponseMessage Json(string body, int status = 200) => Answer(body, "application/json", status);

    private static HttpResponseMessage Stream(params string[] events) => Answer(string.Concat(events.Select(static data => $"data: {data}\r\n\r\n")), "text/event-stream", 200);

    private static HttpResponseMessage Answer(string body, string type, int status) =>
        new((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(type) } } };

    /// <summary>Google's host, both of its interfaces.</summary>
    private sealed class Google : IAsyncDisposable
    {
        private readonly ProviderHost _host = new();
        private readonly ILlmProvider _provider;

        public Google(Func<HttpRequestMessage, HttpResponseMessage> answer, string? endpoint = null)
        {
            _host.AddOpenAICompatible().Services.AddHttpClient("HybridLlm:" + ProviderHost.ProviderName).ConfigurePrimaryHttpMessageHandler(() => new Handler(async request =>
            {
                Requests.Add((request, await request.Content!.ReadAsStringAsync(Cancellation)));
                return answer(request);
            }));
            _provider = _host.Create(new OpenAICompatibleOptions { Type = "Gemini", ApiKey = Key, Endpoint = endpoint });
        }

        public List<(HttpRequestMessage Request, string Body)> Requests { get; } = [];

        public IChatClient Client(string model = "gemini-2.5-flash") => _provider.GetChatClient(model);

        public Task<ChatResponse> AskAsync() => AskAsync(new() { ResponseFormat = Format(Tree) });

        public Task<ChatResponse> AskAsync(ChatOptions options) => Client().GetResponseAsync("Hi", options, Cancellation);

        public async Task<List<ChatResponseUpdate>> StreamAsync()
        {
            var updates = new List<ChatResponseUpdate>();
            await foreach (var update in Client().GetStreamingResponseAsync("Hi", new() { ResponseFormat = Format(Tree) }, Cancellation))
            {
                updates.Add(update);
            }

            return updates;
        }

        public ValueTask DisposeAsync() => _host.DisposeAsync();

        private sealed class Handler(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
        }
    }
}
