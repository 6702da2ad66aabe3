using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Embeddings;

/// <summary>Embeddings of one model over <c>/embeddings</c>.</summary>
internal sealed class OpenAIEmbeddingGenerator(OpenAITransport transport, string modelId) : IEmbeddingGenerator<string, Embedding<float>>
{
    // OpenAI's limit; more inputs go in several requests.
    private const int MaxBatch = 2048;

    private readonly EmbeddingGeneratorMetadata _metadata = new(transport.Provider, null, modelId);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var batch in values.Chunk(MaxBatch))
        {
            await GenerateAsync(batch, options, embeddings, cancellationToken).ConfigureAwait(false);
        }

        return embeddings;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    // The connections belong to the factory of HTTP clients.
    public void Dispose()
    {
    }

    private async Task GenerateAsync(string[] batch, EmbeddingGenerationOptions? options, GeneratedEmbeddings<Embedding<float>> embeddings, CancellationToken cancellationToken)
    {
        var model = options?.ModelId ?? modelId;
        var content = PooledJsonContent.Create((Model: model, Batch: batch, options?.Dimensions, transport.Dialect.PrefersBase64Embeddings), static (writer, request) =>
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, request.Model);
            writer.WriteStartArray("input"u8);
            foreach (var text in request.Batch)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
            writer.WriteString("encoding_format"u8, request.PrefersBase64Embeddings ? "base64"u8 : "float"u8);
            if (request.Dimensions is { } dimensions)
            {
                writer.WriteNumber("dimensions"u8, dimensions);
            }

            writer.WriteEndObject();
        });
        using var response = await transport.SendAsync(HttpMethod.Post, new Uri(transport.BaseAddress, "embeddings"), content, modelId, cancellationToken).ConfigureAwait(false);
        using var body = await transport.ReadBodyAsync(response, modelId, cancellationToken).ConfigureAwait(false);
        var answer = Read(body.Span);
        if (answer.IsError)
        {
            throw Errors.OpenAIErrors.ToException(Errors.ErrorBody.ParseInStream(body.Span), transport, modelId);
        }

        EmbeddingShape.Check(transport, modelId, answer.Vectors, batch.Length, options?.Dimensions, body.Span);
        foreach (var vector in answer.Vectors)
        {
            embeddings.Add(new Embedding<float>(vector) { ModelId = answer.Model ?? model, CreatedAt = transport.Clock.GetUtcNow() });
        }

        if (answer.Usage is { } usage)
        {
            (embeddings.Usage ??= new()).Add(usage);
        }
    }

    private EmbeddingAnswer Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return EmbeddingAnswer.Read(body);
        }
        catch (Exception e) when (JsonText.IsUnreadable(e))
        {
            throw transport.Fail(ProviderErrorKind.InvalidResponse, $"answered with something that is no list of embeddings ({e.Message})", modelId, body, e);
        }
    }
}
