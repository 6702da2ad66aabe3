using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Embeddings;
using HybridLlm.OpenAICompatible.Errors;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Embeddings;

/// <summary>Embeddings of one model over <c>/api/embed</c>.</summary>
internal sealed class OllamaEmbeddingGenerator(OllamaServer server, string modelId) : IEmbeddingGenerator<string, Embedding<float>>
{
    // Ollama has no limit; the size of an answer has one here. More inputs go in several requests.
    private const int MaxBatch = 256;

    private readonly OpenAITransport _transport = server.Api.Transport;
    private readonly EmbeddingGeneratorMetadata _metadata = new(server.Api.Transport.Provider, null, modelId);
    private readonly Uri _address = server.Api.Address("api/embed");

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var model = options?.ModelId ?? modelId;
        server.CheckLocal(model);
        var inputs = values as IReadOnlyList<string> ?? [.. values];
        RefuseEmpty(model, inputs);
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var batch in inputs.Chunk(MaxBatch))
        {
            await GenerateAsync(model, batch, options, embeddings, cancellationToken).ConfigureAwait(false);
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

    // The server fails the whole batch for one empty text, and says that it is too long.
    private void RefuseEmpty(string model, IReadOnlyList<string> inputs)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            if (string.IsNullOrEmpty(inputs[i]))
            {
                throw new ProviderException(ProviderErrorKind.InvalidRequest, $"Text {i} of {inputs.Count} is empty; Ollama makes no embedding of it (provider '{_transport.Provider}', model '{model}').")
                {
                    Provider = _transport.Provider,
                    ModelId = model,
                };
            }
        }
    }

    private async Task GenerateAsync(string model, string[] batch, EmbeddingGenerationOptions? options, GeneratedEmbeddings<Embedding<float>> embeddings, CancellationToken cancellationToken)
    {
        await server.Loader.PrepareAsync(model, cancellationToken).ConfigureAwait(false);
        var content = PooledJsonContent.Create((model, batch, options, NumCtx: server.Contexts.NumCtx(model)), static (writer, request) => Write(writer, request.model, request.batch, request.options, request.NumCtx));
        using var note = server.Pending.Enter(model);
        using var response = await _transport.SendAsync(HttpMethod.Post, _address, content, model, cancellationToken).ConfigureAwait(false);
        using var body = await _transport.ReadBodyAsync(response, model, cancellationToken).ConfigureAwait(false);
        var answer = Read(model, body.Span);
        EmbeddingShape.Check(_transport, model, answer.Vectors, batch.Length, options?.Dimensions, body.Span);
        foreach (var vector in answer.Vectors)
        {
            embeddings.Add(new Embedding<float>(vector) { ModelId = answer.Model ?? model, CreatedAt = _transport.Clock.GetUtcNow() });
        }

        if (answer.PromptTokens is { } tokens)
        {
            (embeddings.Usage ??= new()).Add(new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens });
        }
    }

    private static void Write(Utf8JsonWriter writer, string model, string[] batch, EmbeddingGenerationOptions? options, int? numCtx)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, model);
        writer.WriteStartArray("input"u8);
        foreach (var text in batch)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
        if (options?.Dimensions is { } dimensions)
        {
            writer.WriteNumber("dimensions"u8, dimensions);
        }

        if (options?.AdditionalProperties?.TryGetValue(OllamaPropertyNames.Truncate, out var truncate) != true || truncate is not true)
        {
            // Otherwise the embedding would be one of the beginning of the text.
            writer.WriteBoolean("truncate"u8, false);
        }

        if (numCtx is { } length)
        {
            writer.WriteStartObject("options"u8);
            writer.WriteNumber("num_ctx"u8, length);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private EmbedAnswer Read(string model, ReadOnlySpan<byte> body)
    {
        EmbedAnswer answer;
        try
        {
            answer = EmbedAnswer.Read(body);
        }
        catch (Exception e) when (JsonText.IsUnreadable(e))
        {
            throw _transport.Fail(ProviderErrorKind.InvalidResponse, $"answered with something that is no list of embeddings ({e.Message})", model, body, e);
        }

        return answer.IsError ? throw OpenAIErrors.ToException(ErrorBody.ParseInStream(body), _transport, model) : answer;
    }
}
