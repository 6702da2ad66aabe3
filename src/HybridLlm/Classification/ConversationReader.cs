using Microsoft.Extensions.AI;

namespace HybridLlm.Classification;

/// <summary>Finds in a conversation what its user asks for: the newest message, and the one before it that a short one refers to.</summary>
internal static class ConversationReader
{
    /// <summary>Gets the newest message of the user, without what a tool harness put around it; empty when there is none.</summary>
    public static string Newest(IReadOnlyList<ChatMessage> messages, out int at)
    {
        for (at = messages.Count - 1; at >= 0; at--)
        {
            if (messages[at].Role == ChatRole.User && HarnessText.Strip(messages[at].Text) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return "";
    }

    /// <summary>Gets the message of the user before another; empty when there is none.</summary>
    public static string Before(IReadOnlyList<ChatMessage> messages, int at) => Newest([.. messages.Take(at)], out _);
}
