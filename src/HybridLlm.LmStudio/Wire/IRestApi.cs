using System.Text.Json;

namespace HybridLlm.LmStudio.Wire;

/// <summary>Requests to LM Studio's own interface.</summary>
internal interface IRestApi
{
    /// <summary>Gets a document.</summary>
    /// <param name="path">The path below the server's address.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The document; the caller disposes it.</returns>
    Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken);

    /// <summary>Posts a document.</summary>
    /// <param name="path">The path below the server's address.</param>
    /// <param name="writeBody">Writes the document.</param>
    /// <param name="timeout">How long to wait for the whole answer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The answer; the caller disposes it.</returns>
    Task<JsonDocument> PostAsync(string path, Action<Utf8JsonWriter> writeBody, TimeSpan timeout, CancellationToken cancellationToken);
}
