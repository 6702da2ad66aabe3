using Microsoft.Extensions.AI;

namespace HybridLlm.LlamaCpp.Wire;

/// <summary>Embeddings of a model of a llama-server: waits for one that is starting.</summary>
internal sealed class LlamaCppEmbeddingGenerator(IEmbeddingGenerator<string, Embedding<float>> inner, Func<CancellationToken, ValueTask> ready)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await ready(cancellationToken).ConfigureAwait(false);
        return await base.GenerateAsync(values, options, cancellationToken).ConfigureAwait(false);
    }
}
