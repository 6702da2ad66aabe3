using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>A provider that serves embedding models.</summary>
public interface IEmbeddingProvider
{
    /// <summary>Gets a generator for one embedding model.</summary>
    /// <param name="modelId">The backend's own id of the model.</param>
    /// <returns>The generator. It throws <see cref="ProviderException"/> on failure.</returns>
    IEmbeddingGenerator<string, Embedding<float>> GetEmbeddingGenerator(string modelId);
}
