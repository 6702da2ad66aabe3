using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>What a request's body is written from.</summary>
/// <param name="Provider">The provider, for messages of exceptions.</param>
/// <param name="Dialect">The server's dialect.</param>
/// <param name="ModelId">The model.</param>
/// <param name="Messages">The conversation.</param>
/// <param name="Options">The options.</param>
/// <param name="Stream">Whether the answer is streamed.</param>
/// <param name="Client">The client, for the factory of a raw request.</param>
internal readonly record struct ChatRequest(
    string Provider,
    OpenAIDialect Dialect,
    string ModelId,
    IEnumerable<ChatMessage> Messages,
    ChatOptions? Options,
    bool Stream,
    IChatClient Client);
