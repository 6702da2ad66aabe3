using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Providers;

/// <summary>Sends texts when the request before has its answer, or was left.</summary>
internal sealed class OneAtATimeEmbeddingGenerator(IEmbeddingGenerator<string, Embedding<float>> inner, SemaphoreSlim line)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await line.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await base.GenerateAsync(values, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            line.Release();
        }
    }
}
