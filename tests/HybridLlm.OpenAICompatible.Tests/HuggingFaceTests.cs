using System.Text.Json;
using HybridLlm.Conformance;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>Hugging Face's two servers: the router, and text-generation-inference.</summary>
public sealed class HuggingFaceTests
{
    private const string Chat = "POST /v1/chat/completions";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static JsonElement Schema => JsonElement.Parse("""{"type":"object","properties":{"a":{"type":"string"}}}""");

    [Fact]
    public async Task A_server_of_ones_own_gets_the_schema_as_the_value()
    {
        await using var tgi = new Flavor("HuggingFace").On(Chat, Wire.Whole("\"content\":\"{}\""));
        await tgi.AskAsync(new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "x") });
        Assert.Equal($$"""{"type":"json","value":{{Schema.GetRawText()}}}""", tgi.LastBody.GetProperty("response_format").GetRawText());

        await tgi.AskAsync(new() { ResponseFormat = ChatResponseFormat.Json });
        Assert.Equal("""{"type":"json","value":{"type":"object"}}""", tgi.LastBody.GetProperty("response_format").GetRawText());
    }

    [Theory]
    [InlineData(422, """{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 100 `max_new_tokens`","error_type":"validation"}""", ProviderErrorKind.ContextExceeded)]
    [InlineData(422, """{"error":"Input validation error: `temperature` must be strictly positive","error_type":"validation"}""", ProviderErrorKind.InvalidRequest)]
    [InlineData(429, """{"error":"Model is overloaded","error_type":"overloaded"}""", ProviderErrorKind.Overloaded)]
    [InlineData(424, """{"error":"Request failed during generation: Server error: CUDA out of memory","error_type":"generation"}""", ProviderErrorKind.ServerError)]
    [InlineData(422, """{"error":"Tool error: Grammar and tools are mutually exclusive","error_type":"tool_error"}""", ProviderErrorKind.InvalidRequest)]
    [InlineData(401, "", ProviderErrorKind.Unauthorized)]
    public async Task Its_errors_are_a_text_and_a_type(int status, string body, ProviderErrorKind kind)
    {
        await using var tgi = new Flavor("HuggingFace").On(Chat, Wire.Json(body, status));
        Assert.Equal(kind, (await tgi.FailAsync(streamed: false)).Kind);
    }

    [Fact]
    public async Task Events_without_a_blank_an_empty_id_and_its_word_for_a_stop_string_are_read()
    {
        var events = new[] { Wire.Text("Hi"), Wire.Finish("stop_sequence"), Wire.Done }.Select(e => e.Replace("data: ", "data:", StringComparison.Ordinal).Replace("\"c1\"", "\"\"", StringComparison.Ordinal));
        await using var tgi = new Flavor("HuggingFace").On(Chat, Wire.Stream([.. events]));
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in tgi.Provider.GetChatClient("m").GetStreamingResponseAsync("Hi", cancellationToken: Cancellation))
        {
            updates.Add(update);
        }

        Assert.Equal(("Hi", ChatFinishReason.Stop), (string.Concat(updates), updates[^1].FinishReason));
    }

    [Fact]
    public async Task An_error_event_with_a_status_is_that_error()
    {
        await using var tgi = new Flavor("HuggingFace").On(Chat, Wire.Stream(Wire.Text("Hi"), "data: {\"error\":{\"message\":\"Input validation error\",\"http_status_code\":422}}\n\n", Wire.Done));
        var failure = await tgi.FailAsync(streamed: true);
        Assert.Equal((ProviderErrorKind.InvalidRequest, 422), (failure.Kind, failure.StatusCode));
    }

    [Fact]
    public async Task The_context_the_version_and_the_load_are_where_it_has_them()
    {
        await using var tgi = new Flavor("HuggingFace")
            .On("GET /v1/models", Wire.Json("""{"object":"list","data":[{"id":"Qwen/Qwen2.5-7B","object":"model","created":0,"owned_by":"Qwen/Qwen2.5-7B"}]}"""))
            .On("GET /info", Wire.Json("""{"model_id":"Qwen/Qwen2.5-7B","model_sha":"abc","max_concurrent_requests":128,"max_input_tokens":4095,"max_total_tokens":4096,"version":"3.3.7"}"""))
            .On("GET /health", Wire.Json("""{"error":"unhealthy","error_type":"healthcheck"}""", 503))
            .On("GET /metrics", Wire.Plain("tgi_queue_size 3\ntgi_batch_current_size 7\ntgi_request_queue_duration_sum 4\ntgi_request_queue_duration_count 8\n", 200));

        var model = Assert.Single(await tgi.Provider.ListModelsAsync(Cancellation));
        var load = await ((IProviderLoadSource)tgi.Provider).GetLoadAsync(Cancellation);

        Assert.Equal(("Qwen/Qwen2.5-7B", 4096, "abc", ModelState.Resident), (model.Id, model.ContextLength, model.Version, model.State));
        Assert.Equal(new ProviderLoad(7, 3) { MeanQueueTime = TimeSpan.FromSeconds(0.5) }, load);
        Assert.Equal(ProviderHealthStatus.Unhealthy, (await tgi.Provider.CheckHealthAsync(Cancellation)).Status);
    }

    [Fact]
    public async Task Without_an_endpoint_it_is_the_router_which_costs_money_and_speaks_as_OpenAI_does()
    {
        await using var host = new ProviderHost();
        HttpRequestMessage? asked = null;
        host.AddOpenAICompatible().Services.AddHttpClient("HybridLlm:" + ProviderHost.ProviderName).ConfigurePrimaryHttpMessageHandler(() => new StubHandler(request =>
        {
            asked = request;
            return new(System.Net.HttpStatusCode.OK) { Content = new StringContent(RouterModels, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")) };
        }));
        var router = host.Create(new OpenAICompatibleOptions { Type = "HuggingFace", ApiKey = "hf_x" });

        var models = await router.ListModelsAsync(Cancellation);

        Assert.Equal(("https://router.huggingface.co/v1/models", "Bearer hf_x"), (asked!.RequestUri!.ToString(), asked.Headers.Authorization!.ToString()));
        Assert.True(router.Capabilities is { IsMetered: true, IsLocal: false });
        Assert.Equal(["a/one", "a/two"], models.Select(model => model.Id));
        Assert.Equal([LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.Vision, LlmFeatures.Streaming | LlmFeatures.JsonSchema], models.Select(model => model.Features!.Value));
        Assert.Equal([32768, null], models.Select(model => model.ContextLength));
    }

    private const string RouterModels = """
        {"object":"list","data":[
          {"id":"a/one","object":"model","architecture":{"input_modalities":["text","image"],"output_modalities":["text"]},
           "providers":[{"provider":"x","status":"live","context_length":32768,"supports_tools":true,"supports_structured_output":false},{"provider":"y","status":"error","supports_structured_output":true}]},
          {"id":"a/two","object":"model","architecture":{"input_modalities":["text"]},"providers":[{"provider":"x","status":"live","supports_structured_output":true}]},
          {"id":"a/gone","object":"model","providers":[{"provider":"x","status":"error"}]}]}
        """;

    [Theory]
    [InlineData(402, """{"error":"You have exceeded your monthly included credits for Inference Providers."}""", ProviderErrorKind.QuotaExhausted)]
    [InlineData(400, """{"error":{"message":"The requested model 'x' is not supported by any provider you have enabled.","type":"invalid_request_error","param":"model","code":"model_not_supported"}}""", ProviderErrorKind.ModelNotFound)]
    [InlineData(503, """{"error":"Service Unavailable"}""", ProviderErrorKind.Overloaded)]
    [InlineData(401, """{"error":"Invalid username or password."}""", ProviderErrorKind.Unauthorized)]
    [InlineData(429, "Too many requests", ProviderErrorKind.RateLimited)]
    public void The_routers_errors_are_typed(int status, string body, ProviderErrorKind kind) =>
        Assert.Equal(kind, Errors.OpenAIErrors.Classify(Errors.ErrorBody.Parse(status, System.Text.Encoding.UTF8.GetBytes(body)), Dialects.HuggingFaceRouterDialect.Instance));
}
