using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Chat;

/// <summary>What a request's body is written from, and what is remembered of it until the answer ends.</summary>
internal sealed class OllamaRequest
{
    /// <summary>Gets the provider, for messages of exceptions.</summary>
    internal required string Provider { get; init; }

    internal required string ModelId { get; init; }

    internal required IEnumerable<ChatMessage> Messages { get; init; }

    internal ChatOptions? Options { get; init; }

    internal bool Stream { get; init; }

    /// <summary>Gets the context that every request to this model asks for; <see langword="null"/> to leave it to the server.</summary>
    internal int? NumCtx { get; init; }

    /// <summary>Gets a value indicating whether the model is known to think: others refuse to be told how much.</summary>
    internal bool Thinks { get; init; }

    /// <summary>Gets or sets how many characters of text the conversation has; known when the body is written.</summary>
    internal long TextLength { get; set; }

    internal ProviderException Refuse(string why) => new(ProviderErrorKind.InvalidRequest, $"{why} (provider '{Provider}', model '{ModelId}')")
    {
        Provider = Provider,
        ModelId = ModelId,
    };
}
