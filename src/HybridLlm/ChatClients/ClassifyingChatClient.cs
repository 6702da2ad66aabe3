using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace HybridLlm.ChatClients;

/// <summary>Asks a client for one model, and says of what it throws what kind of failure it is.</summary>
/// <param name="inner">The client; it belongs to the provider.</param>
/// <param name="provider">The provider.</param>
/// <param name="modelId">The model.</param>
/// <param name="sendsModelId">Whether the client is told the model.</param>
internal sealed class ClassifyingChatClient(IChatClient inner, string provider, string modelId, bool sendsModelId) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.GetResponseAsync(messages, WithModel(options), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!IsCallersOwn(exception, cancellationToken))
        {
            throw ChatClientErrors.Classify(exception, provider, modelId, answering: false);
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var answering = false;
        var updates = Open(messages, WithModel(options), cancellationToken);
        await using var disposal = updates.ConfigureAwait(false);
        while (true)
        {
            ChatResponseUpdate update;
            try
            {
                if (!await updates.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }

                update = updates.Current;
            }
            catch (Exception exception) when (!IsCallersOwn(exception, cancellationToken))
            {
                throw ChatClientErrors.Classify(exception, provider, modelId, answering);
            }

            answering |= update.Contents.Count > 0;
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : inner.GetService(serviceType, serviceKey);
    }

    public void Dispose()
    {
    }

    private static bool IsCallersOwn(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException && cancellationToken.IsCancellationRequested;

    private IAsyncEnumerator<ChatResponseUpdate> Open(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return inner.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        }
        catch (Exception exception) when (!IsCallersOwn(exception, cancellationToken))
        {
            // A client that is no iterator checks its arguments at once.
            throw ChatClientErrors.Classify(exception, provider, modelId, answering: false);
        }
    }

    // The options are the caller's, so they are changed in a copy.
    private ChatOptions? WithModel(ChatOptions? options)
    {
        var wished = sendsModelId ? modelId : null;
        if (options?.ModelId == wished)
        {
            return options;
        }

        var copy = options?.Clone() ?? new();
        copy.ModelId = wished;
        return copy;
    }
}
