using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>Adds one routing hint to requests that do not have it.</summary>
internal sealed class BoundChatClient(IHybridLlmClient inner, string hint, string value) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.GetResponseAsync(messages, Bind(options), cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.GetStreamingResponseAsync(messages, Bind(options), cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : inner.GetService(serviceType, serviceKey);
    }

    /// <summary>Does nothing: the client behind it is shared.</summary>
    public void Dispose()
    {
    }

    private ChatOptions Bind(ChatOptions? options)
    {
        var bound = options?.Clone() ?? new();
        (bound.AdditionalProperties ??= []).TryAdd(hint, value);
        return bound;
    }
}
