using System.Text;
using System.Text.Json;
using HybridLlm.OpenAICompatible.Dialects;
using HybridLlm.OpenAICompatible.Errors;
using HybridLlm.OpenAICompatible.Schemas;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Tests;

public sealed class GeminiTests
{
    private const string Chat = "POST /v1beta/openai/chat/completions";

    [Fact]
    public async Task An_address_without_a_path_gets_Googles()
    {
        await using var gemini = new Flavor("Gemini").On(Chat, Wire.Whole("\"content\":\"Hi\""));
        Assert.Equal("Hi", (await gemini.AskAsync(model: "gemini-2.5-flash")).Text);
    }

    [Fact]
    public async Task Members_that_it_refuses_are_left_out_and_the_others_sent()
    {
        await using var gemini = new Flavor("Gemini").On(Chat, Wire.Whole("\"content\":\"Hi\""));
        await gemini.AskAsync(
            new()
            {
                Temperature = 0.5f,
                TopP = 0.9f,
                TopK = 40,
                Seed = 1,
                FrequencyPenalty = 1,
                PresencePenalty = 1,
                MaxOutputTokens = 9,
                StopSequences = ["x"],
                Reasoning = new() { Effort = ReasoningEffort.Low },
                AdditionalProperties = new() { ["logprobs"] = true, ["extra_body"] = JsonElement.Parse("""{"google":{"thinking_config":{}}}""") },
            },
            "gemini-2.5-flash");
        Assert.Equal(
            ["model", "messages", "temperature", "top_p", "max_tokens", "stop", "reasoning_effort", "extra_body"],
            gemini.LastBody.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("""{"$schema":"s","type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"string","minLength":1}}}""",
        """{"type":"object","properties":{"a":{"type":"string","minLength":1}},"propertyOrdering":["a"]}""")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"null"}]}""", """{"nullable":true,"type":"string"}""")]
    [InlineData("""{"type":["integer","string","null"]}""", """{"nullable":true,"anyOf":[{"type":"integer"},{"type":"string"}]}""")]
    [InlineData("""{"const":"x"}""", """{"type":"string","enum":["x"]}""")]
    [InlineData("""{"const":7}""", """{"type":"number"}""")]
    [InlineData("""{"type":"integer","exclusiveMinimum":0,"multipleOf":5,"format":"int32"}""", """{"type":"integer","minimum":1,"format":"int32"}""")]
    [InlineData("""{"type":"string","format":"email"}""", """{"type":"string"}""")]
    [InlineData("""{"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"number"}},"required":["b"]}]}""",
        """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"number"}},"propertyOrdering":["a","b"],"required":["a","b"]}""")]
    [InlineData("""{"type":"array","items":{"oneOf":[{"type":"string"},{"type":"number"}]},"uniqueItems":true}""", """{"type":"array","items":{"anyOf":[{"type":"string"},{"type":"number"}]}}""")]
    [InlineData("""{"$ref":"#/$defs/T","$defs":{"T":{"type":"object","properties":{"next":{"$ref":"#/$defs/T"}}}}}""",
        """{"type":"object","properties":{"next":{"type":"object"}},"propertyOrdering":["next"]}""")]
    [InlineData("""{"$ref":"http://elsewhere"}""", """{"type":"object"}""")]
    [InlineData("""{"type":"string","enum":["a","b",null]}""", """{"type":"string","nullable":true,"enum":["a","b"]}""")]
    [InlineData("true", "{}")]
    public void A_schema_is_put_into_the_words_that_it_knows(string schema, string expected)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            GeminiSchema.Write(writer, JsonElement.Parse(schema));
        }

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), JsonElement.Parse(stream.ToArray())), Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public async Task Tools_get_the_same_words()
    {
        await using var gemini = new Flavor("Gemini").On(Chat, Wire.Whole("\"content\":\"Hi\""));
        var tool = AIFunctionFactory.CreateDeclaration("t", null, JsonElement.Parse("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}"""));
        await gemini.AskAsync(new() { Tools = [tool], AllowMultipleToolCalls = true });
        Assert.False(gemini.LastBody.GetProperty("tools")[0].GetProperty("function").GetProperty("parameters").TryGetProperty("additionalProperties", out _));
        Assert.False(gemini.LastBody.TryGetProperty("parallel_tool_calls", out _));
    }

    [Theory]
    [InlineData(429, """{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[{"@type":"QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},{"@type":"RetryInfo","retryDelay":"58s"}]}}""", ProviderErrorKind.RateLimited, 58)]
    [InlineData(429, """[{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"retryDelay":"41s"}]}}]""", ProviderErrorKind.QuotaExhausted, 41)]
    [InlineData(429, """{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"4000s"}]}}""", ProviderErrorKind.QuotaExhausted, 4000)]
    [InlineData(400, """[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]""", ProviderErrorKind.Unauthorized, null)]
    [InlineData(400, """[{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"seed\": Cannot find field.","status":"INVALID_ARGUMENT"}}]""", ProviderErrorKind.InvalidRequest, null)]
    [InlineData(400, """{"error":{"code":400,"message":"The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}""", ProviderErrorKind.ContextExceeded, null)]
    [InlineData(503, """{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}""", ProviderErrorKind.Overloaded, null)]
    [InlineData(404, """{"error":{"code":404,"message":"models/x is not found for API version v1main","status":"NOT_FOUND"}}""", ProviderErrorKind.ModelNotFound, null)]
    [InlineData(504, """{"error":{"code":504,"message":"x","status":"DEADLINE_EXCEEDED"}}""", ProviderErrorKind.Timeout, null)]
    public void A_quota_of_the_day_is_exhausted_and_one_of_the_minute_is_not(int status, string body, ProviderErrorKind kind, int? seconds)
    {
        var error = ErrorBody.Parse(status, Encoding.UTF8.GetBytes(body));
        Assert.Equal((kind, seconds), (OpenAIErrors.Classify(error, GeminiDialect.Instance), (int?)error.RetryAfter?.TotalSeconds));
    }

    [Fact]
    public async Task Streamed_calls_are_a_tool_turn_though_it_says_stop()
    {
        await using var gemini = new Flavor("Gemini").On(Chat, Wire.Stream(
            Wire.Delta("\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"t\",\"arguments\":\"{}\"}}]"), Wire.Finish(), Wire.Done));
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in gemini.Provider.GetChatClient("gemini-2.5-pro").GetStreamingResponseAsync("Hi", cancellationToken: TestContext.Current.CancellationToken))
        {
            updates.Add(update);
        }

        Assert.Equal(ChatFinishReason.ToolCalls, updates.ToChatResponse().FinishReason);
    }

    [Fact]
    public async Task Models_are_listed_by_the_names_that_requests_use()
    {
        await using var gemini = new Flavor("Gemini").On("GET /v1beta/openai/models", Wire.Json("""{"object":"list","data":[{"id":"models/gemini-2.5-flash","object":"model","owned_by":"google"},{"id":"models/gemini-embedding-001","object":"model"}]}"""));
        var models = await gemini.Provider.ListModelsAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["gemini-2.5-flash", "gemini-embedding-001"], models.Select(model => model.Id));
        Assert.Equal(["models/gemini-2.5-flash"], models[0].Aliases);
        Assert.Equal(LlmFeatures.Embeddings, models[1].Features);
    }

    [Theory]
    [InlineData("gemini-2.5-flash", true)]
    [InlineData("models/gemini-pro-latest", true)]
    [InlineData("google/gemini-3-pro", true)]
    [InlineData("gemini-pro", true)]
    [InlineData("gemini-distill-qwen2.5", false)]
    [InlineData("google/gemma-3-12b", false)]
    [InlineData("gemini-", false)]
    public void Its_models_are_told_by_their_names(string model, bool isGemini) =>
        Assert.Equal(isGemini, OpenAIDialect.Default.ForModel(model) is GeminiDialect);

    [Fact]
    public async Task Behind_any_other_host_its_models_are_spoken_to_alike_and_others_are_not()
    {
        await using var proxy = new Flavor("OpenAICompatible").On("POST /v1/chat/completions", Wire.Whole("\"content\":\"Hi\""));
        await proxy.AskAsync(new() { TopK = 3 }, "google/gemini-2.5-flash");
        Assert.False(proxy.LastBody.TryGetProperty("top_k", out _));
        await proxy.AskAsync(new() { TopK = 3 }, "qwen");
        Assert.Equal(3, proxy.LastBody.GetProperty("top_k").GetInt32());
    }
}
