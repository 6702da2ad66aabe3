using System.Text.Json;

namespace HybridLlm.LlamaCpp.Wire;

/// <summary>llama-server's own endpoints. Failures are <see cref="ProviderException"/>s.</summary>
internal interface IServerApi
{
    /// <summary>Gets a document.</summary>
    /// <param name="path">The path below the server's address, with a query if need be.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The document; the caller disposes it.</returns>
    Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken);

    /// <summary>Posts a document.</summary>
    /// <param name="path">The path below the server's address.</param>
    /// <param name="writeBody">Writes the document.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The answer; the caller disposes it.</returns>
    Task<JsonDocument> PostAsync(string path, Action<Utf8JsonWriter> writeBody, CancellationToken cancellationToken);
}
