using HybridLlm.OpenAICompatible.Tests.Support;

namespace HybridLlm.OpenAICompatible.Tests;

public sealed class ModelListTests
{
    [Fact]
    public async Task Llama_tells_context_parameters_size_and_quantization()
    {
        var model = Assert.Single(await ListAsync(Transcripts.Response("llamacpp", "130-")));

        Assert.Equal("tiny", model.Id);
        Assert.Equal(["tiny-latest"], model.Aliases);
        Assert.Equal(512, model.ContextLength);
        Assert.True(model.ParameterCount > 0);
        Assert.True(model.SizeBytes > 0);
        Assert.Equal(ModelState.Resident, model.State);
    }

    [Fact]
    public async Task Llamas_router_tells_the_state_of_each_model()
    {
        var models = (await ListAsync(Transcripts.Response("llamacpp", "710-"))).ToDictionary(model => model.Id);

        Assert.Equal(ModelState.Resident, models["tiny-a"].State);
        Assert.Equal(ModelState.NotLoaded, models["tiny-b"].State);
    }

    [Fact]
    public async Task Vllm_tells_the_context()
    {
        var model = Assert.Single(await ListAsync(Transcripts.Response("vllm", "107-")));

        Assert.Equal(("smollm2", 2048), (model.Id, model.ContextLength));
    }

    [Fact]
    public async Task Every_form_of_a_list_is_read_and_what_is_no_model_left_out()
    {
        const string hugging = """{"id":"o/n","architecture":{"input_modalities":["text","image"]},"providers":[{"provider":"a","context_length":4096},{"provider":"b","context_length":131072},{"provider":"c"}]}""";
        foreach (var body in (string[])[$$"""{"object":"list","data":[{{hugging}},7,{"object":"model"}]}""", $$"""{"models":[{{hugging}}]}""", $"[{hugging}]"])
        {
            var model = Assert.Single(await ListAsync(System.Text.Encoding.UTF8.GetBytes(Wire.Json(body))));

            Assert.Equal(("o/n", 131072), (model.Id, model.ContextLength));
            Assert.True(model.Features!.Value.HasFlag(LlmFeatures.Vision));
        }
    }

    [Theory]
    [InlineData("Q4_K - Medium", "Q4_K_M")]
    [InlineData("(guessed) Q8_0", "Q8_0")]
    public async Task The_quantization_has_a_name_without_blanks(string type, string expected)
    {
        var model = Assert.Single(await ListAsync(System.Text.Encoding.UTF8.GetBytes(Wire.Json($$$"""{"data":[{"id":"x","meta":{"ftype":"{{{type}}}"}}]}"""))));

        Assert.Equal(expected, model.Quantization);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("{\"data\":{}}")]
    public async Task What_is_no_list_is_an_invalid_response(string body)
    {
        var failure = await Assert.ThrowsAsync<ProviderException>(() => ListAsync(System.Text.Encoding.UTF8.GetBytes(Wire.Json(body))));

        Assert.Equal((ProviderErrorKind.InvalidResponse, body), (failure.Kind, failure.ResponseExcerpt));
    }

    [Fact]
    public async Task A_model_whose_name_came_damaged_is_left_out_and_costs_the_others_nothing()
    {
        var models = await ListAsync(System.Text.Encoding.UTF8.GetBytes(Wire.Json("""{"data":[{"id":"a\ud800"},{"id":"b","\udc00":1,"owned_by":"\ud83d\ude00"}]}""")));

        Assert.Equal("b", Assert.Single(models).Id);
    }

    [Fact]
    public async Task A_dialect_reads_entries_its_own_way()
    {
        await using var server = TranscriptServer.Replaying(Wire.Json("""{"data":[{"id":"models/a"},{"id":"tuned/b"}]}"""));
        await using var backend = new Backend(server.Endpoint, dialect: new PrefixDialect());

        Assert.Equal("a", Assert.Single(await backend.Provider.ListModelsAsync(TestContext.Current.CancellationToken)).Id);
    }

    private static async Task<IReadOnlyList<ProviderModel>> ListAsync(byte[] response)
    {
        await using var server = TranscriptServer.Replaying(response);
        await using var backend = new Backend(server.Endpoint);
        var models = await backend.Provider.ListModelsAsync(TestContext.Current.CancellationToken);
        Assert.True(server.Requests.TryPeek(out var request));
        Assert.Equal("GET /v1/models HTTP/1.1", request.RequestLine);
        return models;
    }

    private sealed class PrefixDialect : OpenAIDialect
    {
        protected internal override ProviderModel? ReadModel(System.Text.Json.JsonElement model) =>
            base.ReadModel(model) is { } read && read.Id.StartsWith("models/", StringComparison.Ordinal) ? read with { Id = read.Id["models/".Length..] } : null;
    }
}
