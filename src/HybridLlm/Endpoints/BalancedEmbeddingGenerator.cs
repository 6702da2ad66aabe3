using Microsoft.Extensions.AI;

namespace HybridLlm.Endpoints;

/// <summary>Embeddings on whichever server has time. A server that fails leaves the texts to another one.</summary>
internal sealed class BalancedEmbeddingGenerator(ReplicaSet replicas, string provider, string modelId) : IEmbeddingGenerator<string, Embedding<float>>
{
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var texts = values as IReadOnlyList<string> ?? [.. values];
        var tried = new List<Replica>();
        while (true)
        {
            var replica = replicas.Choose(tried)!;
            replica.Enter(chatModel: null);
            try
            {
                using var generator = GeneratorOf(replica);
                var embeddings = await generator.GenerateAsync(texts, options, cancellationToken).ConfigureAwait(false);
                ReplicaSet.Succeeded(replica);
                return embeddings;
            }
            catch (ProviderException failure) when (failure.Kind is not (ProviderErrorKind.InvalidRequest or ProviderErrorKind.ContextExceeded or ProviderErrorKind.Timeout))
            {
                replicas.Failed(replica, failure);
                tried.Add(replica);
                if (tried.Count == replicas.Replicas.Count)
                {
                    throw;
                }
            }
            finally
            {
                replica.Leave();
            }
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
    }

    private IEmbeddingGenerator<string, Embedding<float>> GeneratorOf(Replica replica) => replica.Provider is IEmbeddingProvider embeds
        ? embeds.GetEmbeddingGenerator(modelId)
        : throw new ProviderException(ProviderErrorKind.InvalidRequest, $"Provider '{provider}' makes no embeddings.") { Provider = provider, ModelId = modelId };
}
