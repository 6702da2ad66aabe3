using System.Text;
using HybridLlm.OpenAICompatible.Errors;
using HybridLlm.OpenAICompatible.Tests.Support;

namespace HybridLlm.OpenAICompatible.Tests;

public sealed class ErrorTests
{
    public static TheoryData<int, string, ProviderErrorKind> Table => new()
    {
        // OpenAI
        { 400, """{"error":{"message":"Bad value","type":"invalid_request_error","param":"n","code":null}}""", ProviderErrorKind.InvalidRequest },
        { 400, """{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""", ProviderErrorKind.ContextExceeded },
        { 401, """{"error":{"message":"Incorrect API key","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""", ProviderErrorKind.Unauthorized },
        { 403, """{"error":{"message":"Country not supported","type":"x"}}""", ProviderErrorKind.Unauthorized },
        { 404, """{"error":{"message":"The model does not exist","type":"invalid_request_error","code":"model_not_found"}}""", ProviderErrorKind.ModelNotFound },
        { 408, "", ProviderErrorKind.Timeout },
        { 409, "", ProviderErrorKind.ServerError },
        { 413, "", ProviderErrorKind.ContextExceeded },
        { 429, """{"error":{"message":"Slow down","type":"requests","code":"rate_limit_exceeded"}}""", ProviderErrorKind.RateLimited },
        { 429, """{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}""", ProviderErrorKind.QuotaExhausted },
        { 500, """{"error":{"message":"The server had an error","type":"server_error","code":null}}""", ProviderErrorKind.ServerError },
        { 503, """{"error":{"message":"Busy","type":"server_error"}}""", ProviderErrorKind.Overloaded },
        { 529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", ProviderErrorKind.Overloaded },

        // gateways and proxies
        { 302, "", ProviderErrorKind.InvalidResponse },
        { 405, """{"detail":"Method Not Allowed"}""", ProviderErrorKind.ModelNotFound },
        { 500, "proxy error: Could not establish connection", ProviderErrorKind.Unavailable },
        { 501, "", ProviderErrorKind.ModelNotFound },
        { 502, "<html>Bad Gateway</html>", ProviderErrorKind.Unavailable },
        { 504, "", ProviderErrorKind.Timeout },

        // TGI
        { 422, """{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 3000 `inputs` tokens and 20 `max_new_tokens`","error_type":"validation"}""", ProviderErrorKind.ContextExceeded },
        { 422, """{"error":"Template error","error_type":"template_error"}""", ProviderErrorKind.InvalidRequest },
        { 424, """{"error":"Request failed during generation","error_type":"generation"}""", ProviderErrorKind.ServerError },
        { 429, """{"error":"Model is overloaded","error_type":"overloaded"}""", ProviderErrorKind.Overloaded },

        // Hugging Face
        { 400, """{"error":{"message":"The requested model 'x' is not supported by any provider you have enabled.","code":"model_not_supported"}}""", ProviderErrorKind.ModelNotFound },
        { 402, """{"error":"You have exceeded your monthly included credits"}""", ProviderErrorKind.QuotaExhausted },
        { 503, """{"error":"Model x is currently loading","estimated_time":20.5}""", ProviderErrorKind.ModelLoading },

        // Gemini
        { 400, """[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]""", ProviderErrorKind.Unauthorized },
        { 403, """{"error":{"code":403,"message":"denied","status":"PERMISSION_DENIED"}}""", ProviderErrorKind.Unauthorized },
        { 429, """[{"error":{"code":429,"message":"{\"error\":{\"code\":429,\"message\":\"Please retry in 34.5s.\",\"status\":\"RESOURCE_EXHAUSTED\"}}"}}]""", ProviderErrorKind.RateLimited },

        // vLLM
        { 400, """{"object":"error","message":"This model's maximum context length is 2048 tokens. However, your prompt contains at least 2049 input tokens","type":"BadRequestError","param":null,"code":400}""", ProviderErrorKind.ContextExceeded },
        { 404, """{"detail":"Not Found"}""", ProviderErrorKind.ModelNotFound },
        { 422, """{"detail":[{"loc":["body"],"msg":"field required"}]}""", ProviderErrorKind.InvalidRequest },
        { 500, """{"error":{"message":"cannot schedule new futures after shutdown","type":"InternalServerError","param":null,"code":500}}""", ProviderErrorKind.Unavailable },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_error_of_the_table_has_its_kind(int status, string body, ProviderErrorKind kind) =>
        Assert.Equal(kind, OpenAIErrors.Classify(ErrorBody.Parse(status, Encoding.UTF8.GetBytes(body)), OpenAIDialect.Default));

    [Theory]
    [InlineData("llamacpp", "004-", ProviderErrorKind.ModelLoading, 503, "Loading model")]
    [InlineData("llamacpp", "110-", ProviderErrorKind.ModelNotFound, 404, "File Not Found")]
    [InlineData("llamacpp", "128-", ProviderErrorKind.Unauthorized, 403, "")]
    [InlineData("llamacpp", "238-", ProviderErrorKind.InvalidRequest, 400, "response_format")]
    [InlineData("llamacpp", "240-", ProviderErrorKind.InvalidRequest, 400, "banana")]
    [InlineData("llamacpp", "241-", ProviderErrorKind.InvalidRequest, 400, "$ref")]
    [InlineData("llamacpp", "276-", ProviderErrorKind.InvalidRequest, 400, "grammar")]
    [InlineData("llamacpp", "303-", ProviderErrorKind.InvalidRequest, 400, "")]
    [InlineData("llamacpp", "350-", ProviderErrorKind.Unauthorized, 401, "Invalid API Key")]
    [InlineData("llamacpp", "459-", ProviderErrorKind.ModelNotFound, 501, "embeddings")]
    [InlineData("llamacpp", "706-", ProviderErrorKind.ModelNotFound, 400, "not found")]
    [InlineData("llamacpp", "737-", ProviderErrorKind.Unavailable, 500, "proxy error")]
    [InlineData("llamacpp", "901-context-shared", ProviderErrorKind.ServerError, 500, "Context size has been exceeded")]
    [InlineData("vllm", "300-", ProviderErrorKind.ModelNotFound, 404, "does not exist")]
    [InlineData("vllm", "342-", ProviderErrorKind.InvalidRequest, 400, "max_tokens")]
    [InlineData("vllm", "812-", ProviderErrorKind.ServerError, 500, "EngineCore")]
    [InlineData("vllm", "900-", ProviderErrorKind.Unauthorized, 401, "Unauthorized")]
    [InlineData("vllm", "940-", ProviderErrorKind.Overloaded, 503, "currently busy")]
    [InlineData("llama-cpp-python", "300-", ProviderErrorKind.ServerError, 500, "Internal Server Error")]
    [InlineData("llama-cpp-python", "303-", ProviderErrorKind.InvalidRequest, 500, "validation error")]
    [InlineData("llama-cpp-python", "730-", ProviderErrorKind.Unauthorized, 401, "Invalid API key")]
    public async Task Llama_surprises_10_to_14_and_their_like_recorded_errors_are_typed(string recorder, string name, ProviderErrorKind kind, int status, string words)
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response(recorder, name));
        await using var backend = new Backend(server.Endpoint);

        var failure = await backend.FailAsync();

        Assert.Equal((kind, status), (failure.Kind, failure.StatusCode));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Equal((Backend.Name, "m"), (failure.Provider, failure.ModelId));
    }

    [Theory]
    [InlineData("llamacpp", "300-", 3014, 2048)]
    [InlineData("llamacpp", "301-", 3014, 2048)]
    [InlineData("vllm", "380-", 2049, 2048)]
    [InlineData("llama-cpp-python", "308-", null, 2048)]
    public async Task Llama_surprise_12_a_prompt_that_is_too_long_is_told_with_its_numbers(string recorder, string name, int? tokens, int context)
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response(recorder, name));
        await using var backend = new Backend(server.Endpoint);

        var (failure, _) = await backend.StreamToFailureAsync();

        Assert.Equal(ProviderErrorKind.ContextExceeded, failure.Kind);
        Assert.Equal(context, failure.ContextLength);
        Assert.True(tokens is null ? failure.PromptTokens > context : failure.PromptTokens == tokens, $"{failure.PromptTokens} tokens");
    }

    [Fact]
    public async Task A_dialect_decides_before_the_table()
    {
        await using var server = TranscriptServer.Replaying(Wire.Json("""{"error":{"message":"no role","type":"server_error","code":500}}""", 500));
        await using var backend = new Backend(server.Endpoint, dialect: new MistakesDialect());

        Assert.Equal(ProviderErrorKind.InvalidRequest, (await backend.FailAsync()).Kind);
    }

    [Fact]
    public void An_error_that_is_not_utf8_is_still_one() =>
        Assert.Equal(ProviderErrorKind.RateLimited, OpenAIErrors.Classify(ErrorBody.Parse(429, [.. "{\"error\":\""u8, 0xFF, .. "\"}"u8]), OpenAIDialect.Default));

    [Fact]
    public async Task The_excerpt_has_at_most_2000_characters()
    {
        await using var server = TranscriptServer.Replaying(Wire.Plain(new string('€', 50_000), 500));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(new string('€', 2000), (await backend.FailAsync()).ResponseExcerpt);
    }

    [Fact]
    public async Task A_body_that_breaks_off_leaves_the_status_to_speak()
    {
        await using var server = TranscriptServer.Replaying("HTTP/1.1 503 X\r\nContent-Length: 1000\r\n\r\nhalf");
        await using var backend = new Backend(server.Endpoint);

        var failure = await backend.FailAsync();

        Assert.Equal((ProviderErrorKind.Overloaded, "half"), (failure.Kind, failure.ResponseExcerpt));
    }

    [Theory]
    [InlineData("""{"choices":[]}""", ProviderErrorKind.InvalidResponse)]
    [InlineData("""{"id":"x"}""", ProviderErrorKind.InvalidResponse)]
    [InlineData("""{"choices":[{"index":0,"message":{"content":"Hi"}}""", ProviderErrorKind.InvalidResponse)]
    [InlineData("Hello", ProviderErrorKind.InvalidResponse)]
    [InlineData("", ProviderErrorKind.InvalidResponse)]
    [InlineData("[]", ProviderErrorKind.InvalidResponse)]
    [InlineData("""{"error":{"message":"boom","code":429}}""", ProviderErrorKind.RateLimited)]
    [InlineData("""{"error":"boom"}""", ProviderErrorKind.ServerError)]
    [InlineData("""{"object":"error","message":"boom","code":400}""", ProviderErrorKind.InvalidRequest)]
    public async Task An_answer_under_status_200_that_is_none_is_typed(string body, ProviderErrorKind kind)
    {
        await using var server = TranscriptServer.Replaying(Wire.Json(body));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(kind, (await backend.FailAsync()).Kind);
    }

    [Fact]
    public async Task Half_a_body_is_an_interruption()
    {
        await using var server = TranscriptServer.Replaying("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"choices\":[{");
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await backend.FailAsync()).Kind);
    }

    [Fact]
    public async Task An_answer_may_lack_everything_but_a_choice()
    {
        await using var server = TranscriptServer.Replaying(Wire.Json("""{"choices":[{}],"usage":null,"id":"","created":"soon","model":7}"""));
        await using var backend = new Backend(server.Endpoint);

        var response = await backend.AskAsync();

        Assert.Equal("", response.Text);
        Assert.Null(response.FinishReason);
        Assert.Null(response.Usage);
        Assert.Equal("m", response.ModelId);
    }

    private sealed class MistakesDialect : OpenAIDialect
    {
        protected internal override ProviderErrorKind? Classify(OpenAIError reported) => reported.Says("no role") ? ProviderErrorKind.InvalidRequest : null;
    }
}
