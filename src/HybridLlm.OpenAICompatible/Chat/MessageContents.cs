using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Reads the contents of a message.</summary>
internal static class MessageContents
{
    /// <summary>Joins the texts of all contents of a kind; empty when there are none.</summary>
    /// <typeparam name="TContent">The kind.</typeparam>
    /// <param name="message">The message.</param>
    /// <param name="text">Gets the text of a content.</param>
    /// <returns>The text. That of a single content is not copied.</returns>
    internal static string Join<TContent>(ChatMessage message, Func<TContent, string?> text)
        where TContent : AIContent
    {
        string? joined = null;
        foreach (var content in message.Contents)
        {
            if (content is TContent match && text(match) is { Length: > 0 } piece)
            {
                joined = joined is null ? piece : joined + piece;
            }
        }

        return joined ?? "";
    }
}
