using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>An answer and how it came about.</summary>
public class LlmResponse
{
    /// <summary>Initializes a new instance of the <see cref="LlmResponse"/> class.</summary>
    /// <param name="chat">The answer as the model gave it.</param>
    /// <param name="trace">How it came about.</param>
    public LlmResponse(ChatResponse chat, RoutingTrace trace)
    {
        ArgumentNullException.ThrowIfNull(chat);
        ArgumentNullException.ThrowIfNull(trace);
        Chat = chat;
        Trace = trace;
    }

    /// <summary>Gets the answer as the model gave it.</summary>
    public ChatResponse Chat { get; }

    /// <summary>Gets the text of the answer.</summary>
    public string Text => Chat.Text;

    /// <summary>Gets the id to give feedback with.</summary>
    public string ResponseId => Trace.ResponseId;

    /// <summary>Gets the name of the model that answered.</summary>
    public string Model => Trace.Model ?? "";

    /// <summary>Gets what was decided and why, and what each attempt came to.</summary>
    public RoutingTrace Trace { get; }

    /// <summary>Returns the text of the answer.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text;
}
