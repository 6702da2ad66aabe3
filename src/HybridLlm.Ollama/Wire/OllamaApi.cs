using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Http;

namespace HybridLlm.Ollama.Wire;

/// <summary>Calls of the server that are answered at once, each within a time budget.</summary>
internal sealed class OllamaApi(OpenAITransport transport)
{
    /// <summary>The budget of calls that need no model.</summary>
    internal static readonly TimeSpan ControlTimeout = TimeSpan.FromSeconds(10);

    internal OpenAITransport Transport => transport;

    /// <summary>Gets a document.</summary>
    /// <param name="path">The path below the server's address.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The document; the caller disposes it.</returns>
    internal Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken) =>
        transport.SendJsonAsync(HttpMethod.Get, Address(path), null, ControlTimeout, cancellationToken);

    /// <summary>Posts a document about a model and reads the answer.</summary>
    /// <param name="path">The path below the server's address.</param>
    /// <param name="modelId">The model.</param>
    /// <param name="writeMembers">Writes the members of the document besides <c>model</c>.</param>
    /// <param name="timeout">The budget.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The document; the caller disposes it.</returns>
    internal Task<JsonDocument> PostAsync(string path, string modelId, Action<Utf8JsonWriter> writeMembers, TimeSpan timeout, CancellationToken cancellationToken) =>
        transport.WithinAsync(timeout, async token =>
        {
            using var response = await SendAsync(HttpMethod.Post, path, modelId, writeMembers, token).ConfigureAwait(false);
            using var body = await transport.ReadBodyAsync(response, modelId, token).ConfigureAwait(false);
            try
            {
                return JsonText.Parse(body.Span);
            }
            catch (JsonException e)
            {
                throw transport.NotJson(body.Span, modelId, e);
            }
        }, cancellationToken);

    /// <summary>Sends a document about a model.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path below the server's address.</param>
    /// <param name="modelId">The model.</param>
    /// <param name="writeMembers">Writes the members of the document besides <c>model</c>; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>An answer with a status of success, its body not yet read.</returns>
    internal Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string modelId, Action<Utf8JsonWriter>? writeMembers, CancellationToken cancellationToken)
    {
        var content = PooledJsonContent.Create((modelId, writeMembers), static (writer, request) =>
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, request.modelId);
            request.writeMembers?.Invoke(writer);
            writer.WriteEndObject();
        });
        return transport.SendAsync(method, Address(path), content, modelId, cancellationToken);
    }

    internal Uri Address(string path) => new(transport.BaseAddress, path);
}
