using System.Runtime.CompilerServices;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Chat;

/// <summary>Chat with one model over <c>/api/chat</c>.</summary>
internal sealed class OllamaChatClient(OllamaServer server, string modelId) : IChatClient
{
    private readonly OpenAITransport _transport = server.Api.Transport;
    private readonly ChatClientMetadata _metadata = new(server.Api.Transport.Provider, null, modelId);
    private readonly Uri _address = server.Api.Address("api/chat");

    // An answer that is not streamed has the form of a stream's only line, so both are read alike. Its generation, too, ends when the connection is closed.
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamedResponse.AssembleAsync(AnswerAsync(messages, options, stream: false, cancellationToken));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return AnswerAsync(messages, options, stream: true, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    // The connections belong to the factory of HTTP clients.
    public void Dispose()
    {
    }

    private async IAsyncEnumerable<ChatResponseUpdate> AnswerAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var model = options?.ModelId ?? modelId;
        server.CheckLocal(model);
        var request = new OllamaRequest
        {
            Provider = _transport.Provider,
            ModelId = model,
            Messages = messages,
            Options = options,
            Stream = stream,
            NumCtx = server.Contexts.NumCtx(model),
            Thinks = options?.Reasoning?.Effort is not (null or ReasoningEffort.None)
                && (await server.Inventory.GetDetailsAsync(model, cancellationToken).ConfigureAwait(false)).Thinks,
        };
        var content = PooledJsonContent.Create(request, RequestWriter.Write);
        using var response = await SendAsync(model, content, cancellationToken).ConfigureAwait(false);
        await foreach (var update in new AnswerReader(_transport, request, server.Prompts).ReadAsync(response, cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string model, PooledJsonContent content, CancellationToken cancellationToken)
    {
        await server.Loader.PrepareAsync(model, cancellationToken).ConfigureAwait(false);
        using var note = server.Pending.Enter(model);
        return await _transport.SendAsync(HttpMethod.Post, _address, content, model, cancellationToken).ConfigureAwait(false);
    }
}
