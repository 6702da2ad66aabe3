using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Gemini;

/// <summary>Sends a request over Gemini's own interface where its schema says more than the compatible endpoint can be told, and over that one otherwise.</summary>
/// <param name="compatible">Speaks the common protocol.</param>
/// <param name="native">Speaks Gemini's own.</param>
internal sealed class GeminiChatClient(IChatClient compatible, IChatClient native) : DelegatingChatClient(compatible)
{
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Choose(ref messages, options).GetResponseAsync(messages, options, cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Choose(ref messages, options).GetStreamingResponseAsync(messages, options, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            native.Dispose();
        }

        base.Dispose(disposing);
    }

    private IChatClient Choose(ref IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (options is not { ResponseFormat: ChatResponseFormatJson { Schema: { } schema } } || !NativeSchema.IsNeededFor(schema))
        {
            return InnerClient;
        }

        var list = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        messages = list;
        return GeminiRequestWriter.CanWrite(list, options) ? native : InnerClient;
    }
}
