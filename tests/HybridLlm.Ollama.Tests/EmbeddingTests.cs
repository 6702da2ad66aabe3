using HybridLlm.Ollama.Tests.Support;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Tests;

public sealed class EmbeddingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("450-", 1, 128)]
    [InlineData("451-", 3, 128)]
    [InlineData("a36-", 2, 0)]
    public async Task Recorded_embeddings_are_read(string transcript, int count, int dimensions)
    {
        await using var backend = Backend.Replaying(transcript);
        var vectors = await GenerateAsync(backend, count);

        Assert.Equal(count, vectors.Count);
        Assert.All(vectors, vector =>
        {
            Assert.True(dimensions == 0 ? vector.Vector.Length > 0 : vector.Vector.Length == dimensions);
            Assert.Equal(1, Math.Sqrt(vector.Vector.ToArray().Sum(number => (double)number * number)), 3);
            Assert.Equal("embed", vector.ModelId);
        });
        Assert.True(vectors.Usage!.InputTokenCount > 0);
    }

    [Fact]
    public async Task Fewer_dimensions_are_what_was_asked_for_or_an_invalid_response()
    {
        await using var right = Backend.Replaying("452-");
        Assert.Equal(8, (await GenerateAsync(right, 1, new() { Dimensions = 8 }))[0].Vector.Length);

        // More than the model has are passed over by the server.
        await using var wrong = Backend.Replaying("453-");
        var failure = await Assert.ThrowsAsync<ProviderException>(() => GenerateAsync(wrong, 1, new() { Dimensions = 4096 }));
        Assert.Equal(ProviderErrorKind.InvalidResponse, failure.Kind);
    }

    [Theory]
    [InlineData("455-", ProviderErrorKind.ContextExceeded)]
    [InlineData("456-", ProviderErrorKind.ContextExceeded)]
    [InlineData("463-", ProviderErrorKind.ModelNotFound)]
    [InlineData("464-", ProviderErrorKind.ModelNotFound)]
    [InlineData("465-", ProviderErrorKind.ModelNotFound)]
    [InlineData("468-", ProviderErrorKind.InvalidRequest)]
    [InlineData("707-", ProviderErrorKind.Overloaded)]
    [InlineData("834-", ProviderErrorKind.ServerError)]
    [InlineData("457-", ProviderErrorKind.InvalidResponse)] // none for one text
    [InlineData("451-", ProviderErrorKind.InvalidResponse)] // three for one
    [InlineData("201-", ProviderErrorKind.InvalidResponse)] // an answer of another kind
    [InlineData("810-", ProviderErrorKind.InvalidResponse)] // lines
    public async Task A_failure_has_its_kind(string transcript, ProviderErrorKind kind)
    {
        await using var backend = Backend.Replaying(transcript);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => GenerateAsync(backend, 1));

        Assert.Equal((kind, "m"), (failure.Kind, failure.ModelId));
    }

    [Fact]
    public async Task An_error_under_status_200_is_the_error_that_it_is()
    {
        await using var backend = Backend.Replaying(System.Text.Encoding.UTF8.GetBytes(WireText.Json("""{"error":"an error was encountered while running the model: unexpected EOF"}""")));
        Assert.Equal(ProviderErrorKind.ServerError, (await Assert.ThrowsAsync<ProviderException>(() => GenerateAsync(backend, 1))).Kind);
    }

    [Fact]
    public async Task Surprise_26_an_empty_text_is_refused_by_its_place_because_it_would_fail_the_whole_batch()
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("ollama", "459-"));
        await using var backend = new Backend(server.Endpoint);
        using var generator = backend.Provider.GetEmbeddingGenerator("m");
        var failure = await Assert.ThrowsAsync<ProviderException>(() => generator.GenerateAsync(["a", "", "c"], cancellationToken: Token));

        Assert.Equal((ProviderErrorKind.InvalidRequest, 0), (failure.Kind, server.ConnectionCount));
        Assert.Contains("Text 1 of 3 is empty", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_go_in_batches_whole_or_not_at_all_with_the_models_context()
    {
        await using var server = new TranscriptServer(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                using var body = System.Text.Json.JsonDocument.Parse(request.Text);
                var inputs = body.RootElement.GetProperty("input").EnumerateArray().Select(input => $"[{input.GetString()},1]");
                await connection.SendAsync(WireText.Json($$"""{"model":"m","embeddings":[{{string.Join(',', inputs)}}],"prompt_eval_count":10}"""));
            }
        });
        await using var backend = new Backend(server.Endpoint, options => options.ContextLength = 2048);
        using var generator = backend.Provider.GetEmbeddingGenerator("m");
        var vectors = await generator.GenerateAsync(Enumerable.Range(0, 300).Select(i => $"{i}"), cancellationToken: Token);

        Assert.Equal(Enumerable.Range(0, 300).Select(i => (float)i), vectors.Select(vector => vector.Vector.Span[0]));
        Assert.Equal(20, vectors.Usage!.InputTokenCount);
        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request =>
        {
            Assert.StartsWith("POST /api/embed ", request.RequestLine, StringComparison.Ordinal);
            Assert.EndsWith(""","truncate":false,"options":{"num_ctx":2048}}""", request.Text, StringComparison.Ordinal);
        });
    }

    private static async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(Backend backend, int count, EmbeddingGenerationOptions? options = null)
    {
        using var generator = backend.Provider.GetEmbeddingGenerator("m");
        return await generator.GenerateAsync(Enumerable.Repeat("The garden is quiet.", count), options, Token);
    }
}
