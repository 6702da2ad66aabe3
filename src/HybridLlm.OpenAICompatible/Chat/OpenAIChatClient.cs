using System.Runtime.CompilerServices;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Chat with one model over <c>/chat/completions</c>.</summary>
/// <remarks>
/// <see cref="ChatOptions.RawRepresentationFactory"/> may make a <see cref="System.Text.Json.Nodes.JsonObject"/>: its members are added to the request, except
/// those that the options set. A raw request of another type is passed over.
/// </remarks>
internal sealed class OpenAIChatClient(OpenAITransport transport, string modelId, bool prefersStreaming) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new(transport.Provider, null, modelId);
    private Address? _address;

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (prefersStreaming)
        {
            return await StreamedResponse.AssembleAsync(GetStreamingResponseAsync(messages, options, cancellationToken)).ConfigureAwait(false);
        }

        using var response = await SendAsync(messages, options, stream: false, cancellationToken).ConfigureAwait(false);
        return await ReadWholeAsync(response, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using var response = await SendAsync(messages, options, stream: true, cancellationToken).ConfigureAwait(false);
        if (IsWhole(response))
        {
            var whole = await ReadWholeAsync(response, cancellationToken).ConfigureAwait(false);
            foreach (var update in whole.ToChatResponseUpdates())
            {
                yield return update;
            }

            yield break;
        }

        await foreach (var update in new ChatEventReader(transport, modelId).ReadAsync(response, cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
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

    // Servers that do not stream, or fail to, answer a request for a stream with a document; a web page is never an answer.
    private static bool IsWhole(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json" or "text/html";

    private Uri GetAddress(ChatOptions? options, bool stream)
    {
        // The server may move, one that is started anew for instance; mostly it does not.
        var current = transport.BaseAddress;
        var path = transport.Dialect.GetChatPath(options, stream);
        var last = _address;
        if (last is null || !ReferenceEquals(last.Base, current) || last.Path != path)
        {
            _address = last = new(current, path, new Uri(current, path));
        }

        return last.Chat;
    }

    private Task<HttpResponseMessage> SendAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var address = GetAddress(options, stream);
        var request = new ChatRequest(transport.Provider, transport.Dialect, options?.ModelId ?? modelId, messages, options, stream, this);
        var content = PooledJsonContent.Create(request, static (writer, request) => request.Dialect.WriteRequest(writer, request));
        return transport.SendAsync(HttpMethod.Post, address, content, modelId, cancellationToken);
    }

    private async ValueTask<ChatResponse> ReadWholeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var body = await transport.ReadBodyAsync(response, modelId, cancellationToken).ConfigureAwait(false);
        return new ChatAnswer(transport, modelId).ReadWhole(body.Span);
    }

    private sealed record Address(Uri Base, string Path, Uri Chat);
}
