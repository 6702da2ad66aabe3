using HybridLlm.OpenAICompatible.Http;

namespace HybridLlm.OpenAICompatible.Embeddings;

/// <summary>Holds embeddings to what was asked for.</summary>
/// <remarks>Vectors of another length than the caller's index has would spoil the index silently; some servers pass over the wish for a length.</remarks>
internal static class EmbeddingShape
{
    /// <summary>Checks the number of vectors and their lengths.</summary>
    /// <param name="transport">Makes the exception.</param>
    /// <param name="modelId">The model.</param>
    /// <param name="vectors">The vectors.</param>
    /// <param name="count">How many were asked for.</param>
    /// <param name="dimensions">The length that was asked for; <see langword="null"/> if it was left to the model.</param>
    /// <param name="body">The answer.</param>
    /// <exception cref="ProviderException">The answer is something else.</exception>
    internal static void Check(OpenAITransport transport, string modelId, float[][] vectors, int count, int? dimensions, ReadOnlySpan<byte> body)
    {
        if (vectors.Length != count)
        {
            throw transport.Fail(ProviderErrorKind.InvalidResponse, $"answered {count} texts with {vectors.Length} embeddings", modelId, body);
        }

        var expected = dimensions ?? vectors[0].Length;
        foreach (var vector in vectors)
        {
            if (vector.Length != expected || vector.Length == 0)
            {
                throw transport.Fail(ProviderErrorKind.InvalidResponse, $"answered with an embedding of {vector.Length} dimensions instead of {expected}", modelId, body);
            }
        }
    }
}
