using System.Text.Json;
using System.Text.Json.Nodes;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Tests;

public sealed class EmbeddingTests
{
    [Fact]
    public async Task A_request_names_model_inputs_and_dimensions()
    {
        await using var server = TranscriptServer.Replaying(Answer("""{"index":1,"embedding":[3,4]},{"index":0,"embedding":[1.5,-2e-1]}"""));
        await using var backend = new Backend(server.Endpoint);

        var embeddings = await GenerateAsync(backend, ["a", "ä"], new() { Dimensions = 2 });

        Assert.True(server.Requests.TryDequeue(out var request));
        Assert.Equal("POST /v1/embeddings HTTP/1.1", request.RequestLine);
        Assert.Equal("""{"model":"m","input":["a","ä"],"encoding_format":"float","dimensions":2}""", request.Text);
        Assert.Equal([1.5f, -0.2f], embeddings[0].Vector.ToArray());
        Assert.Equal([3f, 4f], embeddings[1].Vector.ToArray());
        Assert.Equal("e", embeddings[0].ModelId);
        Assert.Equal(7, embeddings.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task Llama_surprise_25_base64_is_little_endian_and_equals_the_numbers()
    {
        var numbers = (await ReplayAsync("471-", 3))[1].Vector.ToArray();
        var base64 = await ReplayAsync("472-", 1, new Base64Dialect()); // The second text of the other request.

        Assert.Equal(numbers.Length, base64[0].Vector.Length);
        Assert.All(numbers.Zip(base64[0].Vector.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public async Task Several_texts_have_their_embeddings_in_order()
    {
        var embeddings = await ReplayAsync("471-", 3);

        Assert.Equal(3, embeddings.Count);
        Assert.NotEqual(embeddings[0].Vector.ToArray(), embeddings[1].Vector.ToArray());
    }

    [Fact]
    public async Task Llama_surprise_25_dimensions_that_are_passed_over_are_an_invalid_response()
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("llamacpp", "480-"));
        await using var backend = new Backend(server.Endpoint);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => GenerateAsync(backend, ["a"], new() { Dimensions = 16 }));

        Assert.Equal(ProviderErrorKind.InvalidResponse, failure.Kind);
        Assert.Contains("instead of 16", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Llama_surprise_11_an_input_longer_than_the_batch_does_not_fit()
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("llamacpp", "478-"));
        await using var backend = new Backend(server.Endpoint);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => GenerateAsync(backend, ["a"]));

        Assert.Equal((ProviderErrorKind.ContextExceeded, 512), (failure.Kind, failure.ContextLength));
        Assert.True(failure.PromptTokens > 512);
    }

    [Fact]
    public async Task Llama_cpp_python_surprise_9_one_vector_for_each_token_is_an_invalid_response()
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("llama-cpp-python", "800-"));
        await using var backend = new Backend(server.Endpoint);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => GenerateAsync(backend, ["a"]));

        Assert.Equal(ProviderErrorKind.InvalidResponse, failure.Kind);
        Assert.Contains("pooling", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"index":0,"embedding":[1]}""", 2)]
    [InlineData("""{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}""", 2)]
    [InlineData("""{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}""", 2)]
    [InlineData("""{"index":0,"embedding":[]}""", 1)]
    [InlineData("""{"index":0,"embedding":"AAA"}""", 1)]
    [InlineData("""{"index":0,"embedding":"AAAA"}""", 1)]
    [InlineData("""{"index":0,"embedding":"AADAfw=="}""", 1)]
    [InlineData("""{"index":0,"embedding":null}""", 1)]
    [InlineData("""{"index":0,"embedding":[1e60]}""", 1)]
    [InlineData("""{"index":0,"embedding":["x"]}""", 1)]
    [InlineData("""{"index":0}""", 1)]
    [InlineData("7", 1)]
    public async Task What_is_no_embedding_for_each_text_is_an_invalid_response(string entries, int texts)
    {
        await using var server = TranscriptServer.Replaying(Answer(entries));
        await using var backend = new Backend(server.Endpoint);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => GenerateAsync(backend, [.. Enumerable.Repeat("a", texts)]));

        Assert.Equal(ProviderErrorKind.InvalidResponse, failure.Kind);
    }

    [Fact]
    public async Task An_error_under_status_200_is_typed()
    {
        await using var server = TranscriptServer.Replaying(Wire.Json("""{"error":{"message":"boom","code":503}}"""));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(ProviderErrorKind.Overloaded, (await Assert.ThrowsAsync<ProviderException>(() => GenerateAsync(backend, ["a"]))).Kind);
    }

    [Fact]
    public async Task More_texts_than_a_request_takes_go_in_several()
    {
        await using var server = new TranscriptServer(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                var count = JsonNode.Parse(request.Text)!["input"]!.AsArray().Count;
                await connection.SendAsync(Answer(string.Join(",", Enumerable.Range(0, count).Select(i => $$"""{"index":{{i}},"embedding":[{{count}},{{i}}]}"""))));
            }
        });
        await using var backend = new Backend(server.Endpoint);

        var embeddings = await GenerateAsync(backend, [.. Enumerable.Repeat("a", 2050)]);

        Assert.Equal(2050, embeddings.Count);
        Assert.Equal([2f, 1f], embeddings[^1].Vector.ToArray());
        Assert.Equal(14, embeddings.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task No_texts_are_no_request()
    {
        await using var backend = new Backend("http://127.0.0.1:1");

        Assert.Empty(await GenerateAsync(backend, []));
    }

    private static Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(Backend backend, string[] texts, EmbeddingGenerationOptions? options = null) =>
        backend.Provider.GetEmbeddingGenerator("m").GenerateAsync(texts, options, TestContext.Current.CancellationToken);

    private static async Task<GeneratedEmbeddings<Embedding<float>>> ReplayAsync(string name, int texts, OpenAIDialect? dialect = null)
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("llamacpp", name));
        await using var backend = new Backend(server.Endpoint, dialect: dialect);
        var embeddings = await GenerateAsync(backend, [.. Enumerable.Repeat("a", texts)]);
        Assert.True(server.Requests.TryPeek(out var request));
        Assert.Equal(dialect is null ? "float" : "base64", JsonDocument.Parse(request.Body).RootElement.GetProperty("encoding_format").GetString());
        return embeddings;
    }

    private static string Answer(string entries) =>
        Wire.Json($$$"""{"object":"list","data":[{{{entries}}}],"model":"e","usage":{"prompt_tokens":7,"total_tokens":7}}""");

    private sealed class Base64Dialect : OpenAIDialect
    {
        protected internal override bool PrefersBase64Embeddings => true;
    }
}
