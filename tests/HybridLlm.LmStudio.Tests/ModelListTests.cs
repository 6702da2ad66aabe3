using HybridLlm.LmStudio.Tests.Support;
using OpenAIWire = HybridLlm.OpenAICompatible.Tests.Support.Wire;

namespace HybridLlm.LmStudio.Tests;

/// <summary>Which generation of LM Studio's own interface there is, and what it says of models.</summary>
public sealed class ModelListTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_newest_interface_tells_everything()
    {
        await using var studio = new Studio().OnModels(
            """
            {"type":"llm","publisher":"google","key":"google/gemma-4-12b","display_name":"Gemma 4 12B","architecture":"gemma4","quantization":{"name":"Q4_0","bits_per_weight":4},
             "size_bytes":8000000000,"params_string":"12B","loaded_instances":[{"id":"google/gemma-4-12b","config":{"context_length":4096,"parallel":4}},{"id":"google/gemma-4-12b:2","config":{"context_length":4096}}],
             "max_context_length":131072,"format":"gguf","capabilities":{"vision":true,"trained_for_tool_use":true,"reasoning":{"allowed_options":["off","on"],"default":"on"}},"description":null,"variants":["google/gemma-4-12b@q4_0"],"selected_variant":"google/gemma-4-12b@q4_0"}
            """,
            """{"type":"llm","publisher":"qwen","key":"qwen2.5-0.5b","display_name":"Q","architecture":null,"quantization":null,"size_bytes":500000000,"params_string":"500M","loaded_instances":[],"max_context_length":32768,"format":null,"capabilities":{"vision":false,"trained_for_tool_use":false}}""",
            """{"type":"embedding","publisher":"nomic-ai","key":"text-embedding-nomic-embed-text-v1.5","display_name":"N","quantization":{"name":"Q8_0"},"size_bytes":146000000,"params_string":null,"loaded_instances":[],"max_context_length":2048,"format":"gguf"}""");

        var models = await studio.Provider.ListModelsAsync(Cancellation);

        var gemma = models[0];
        Assert.Equal(["google/gemma-4-12b:2", "google/gemma-4-12b@q4_0"], gemma.Aliases);
        Assert.Equal(
            ("google/gemma-4-12b", "gemma4", "Q4_0", 12_000_000_000, 8_000_000_000, 4096, ModelState.Resident),
            (gemma.Id, gemma.Family, gemma.Quantization, gemma.ParameterCount, gemma.SizeBytes, gemma.ContextLength, gemma.State));
        Assert.Equal(LlmFeatures.Streaming | LlmFeatures.JsonSchema | LlmFeatures.Vision | LlmFeatures.Tools | LlmFeatures.Reasoning, gemma.Features);
        Assert.Equal("google/gemma-4-12b@q4_0-8000000000", gemma.Version);
        Assert.Equal((500_000_000, null, ModelState.NotLoaded, LlmFeatures.Streaming | LlmFeatures.JsonSchema), (models[1].ParameterCount, models[1].ContextLength, models[1].State, models[1].Features));
        Assert.Equal((LlmFeatures.Embeddings, null), (models[2].Features, models[2].ParameterCount));
        Assert.Equal(["GET /api/v1/models"], studio.Calls);
    }

    [Fact]
    public async Task The_older_interface_is_found_behind_the_status_200_of_the_one_that_is_missing()
    {
        await using var studio = new Studio().OnJson("GET /api/v0/models", """
            {"object":"list","data":[
              {"id":"qwen2-vl-7b-instruct","object":"model","type":"vlm","publisher":"mlx-community","arch":"qwen2_vl","compatibility_type":"mlx","quantization":"4bit","state":"not-loaded","max_context_length":32768},
              {"id":"meta-llama-3.1-8b-instruct","object":"model","type":"llm","arch":"llama","quantization":"Q4_K_M","state":"loaded","max_context_length":131072,"loaded_context_length":8192,"capabilities":["tool_use"]},
              {"id":"gemma-3-1b","object":"model","type":"llm","arch":"gemma3","quantization":"Q4_0","state":"loading","max_context_length":32768,"capabilities":[]},
              {"id":"text-embedding-nomic-embed-text-v1.5","object":"model","type":"embeddings","arch":"nomic-bert","quantization":"Q4_0","state":"not-loaded","max_context_length":2048}]}
            """);

        var models = await studio.Provider.ListModelsAsync(Cancellation);
        await studio.Provider.ListModelsAsync(Cancellation);

        Assert.Equal([ModelState.NotLoaded, ModelState.Resident, ModelState.Loading, ModelState.NotLoaded], models.Select(model => model.State));
        Assert.Equal([null, 8192, null, null], models.Select(model => model.ContextLength));
        Assert.Equal(
            [
                LlmFeatures.Streaming | LlmFeatures.JsonSchema | LlmFeatures.Vision | LlmFeatures.Tools,
                LlmFeatures.Streaming | LlmFeatures.JsonSchema | LlmFeatures.Tools,
                LlmFeatures.Streaming | LlmFeatures.JsonSchema,
                LlmFeatures.Embeddings,
            ],
            models.Select(model => model.Features!.Value));
        Assert.Equal(["GET /api/v1/models", "GET /api/v0/models", "GET /api/v0/models"], studio.Calls);
    }

    [Fact]
    public async Task A_server_with_neither_is_asked_as_OpenAI_would_be()
    {
        await using var studio = new Studio().OnJson("GET /v1/models", """{"object":"list","data":[{"id":"qwen2.5-7b","object":"model","owned_by":"organization_owner"}]}""");

        var model = Assert.Single(await studio.Provider.ListModelsAsync(Cancellation));
        await studio.Provider.ListModelsAsync(Cancellation);

        Assert.Equal(("qwen2.5-7b", ModelState.Unknown, null), (model.Id, model.State, model.ContextLength));
        Assert.Equal(["GET /api/v1/models", "GET /api/v0/models", "GET /v1/models", "GET /v1/models"], studio.Calls);
    }

    [Fact]
    public async Task An_update_of_LM_Studio_is_noticed_when_it_was_away()
    {
        await using var studio = new Studio().OnJson("GET /v1/models", """{"data":[{"id":"old"}]}""");
        Assert.Equal("old", Assert.Single(await studio.Provider.ListModelsAsync(Cancellation)).Id);

        studio.On("GET /v1/models", OpenAIWire.Json("""{"error":"x"}""", 500));
        Assert.Equal(ProviderHealthStatus.Unhealthy, (await studio.Provider.CheckHealthAsync(Cancellation)).Status);
        studio.OnModels(Studio.Entry("new"));

        Assert.Equal(ProviderHealthStatus.Healthy, (await studio.Provider.CheckHealthAsync(Cancellation)).Status);
        Assert.Equal("new", Assert.Single(await studio.Provider.ListModelsAsync(Cancellation)).Id);
    }

    [Fact]
    public async Task Status_200_with_an_error_text_is_no_sign_of_health()
    {
        await using var studio = new Studio();
        var health = await studio.Provider.CheckHealthAsync(Cancellation);
        Assert.Equal(ProviderHealthStatus.Unhealthy, health.Status);
    }

    [Fact]
    public async Task The_API_token_is_sent_and_its_absence_told()
    {
        await using var studio = new Studio(options => options.ApiKey = "sk-lm-1").OnJson(
            "GET /api/v1/models",
            """{"error":{"type":"invalid_request","code":"invalid_api_key","message":"An LM Studio API token is required to make requests to this server"}}""",
            401);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => studio.Provider.ListModelsAsync(Cancellation));

        Assert.Equal((ProviderErrorKind.Unauthorized, 401), (failure.Kind, failure.StatusCode));
        Assert.Equal("Bearer sk-lm-1", studio.LastHeader("Authorization"));
    }

    [Theory]
    [InlineData("http://localhost:1234")]
    [InlineData("http://localhost:1234/")]
    [InlineData("http://localhost:1234/v1")]
    [InlineData("http://localhost:1234/api/v0")]
    [InlineData("http://localhost:1234/api/v1/")]
    public void Any_of_its_addresses_will_do(string endpoint) =>
        Assert.Equal("http://localhost:1234/v1/", new HybridLlm.LmStudio.Wire.LmStudioDialect(null, false).GetBaseAddress(new Uri(endpoint)).ToString());
}
