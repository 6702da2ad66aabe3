namespace HybridLlm.Classification;

/// <summary>Takes from a message what a tool harness wrapped around the user's words: reminders, the environment, results of tools.</summary>
internal static class HarnessText
{
    /// <summary>Blocks that say nothing of what the user wants.</summary>
    private static readonly string[] Dropped =
    [
        "system-reminder", "system_reminder", "environment_details", "environment_context", "env", "user_info", "git_status", "project_layout", "open_and_recently_viewed_files",
        "attached_files", "additional_data", "rules", "user_rules", "available_skills", "tool_result", "tool_results", "function_results", "local-command-stdout", "ide_opened_file", "ide_selection", "reminderInstructions",
        "context_summary",
    ];

    /// <summary>Blocks that hold the user's words.</summary>
    private static readonly string[] Unwrapped = ["user_query", "user-query", "userRequest", "user_request", "user_message", "task", "feedback", "prompt", "query", "question", "request"];

    /// <summary>Strips a message. A message without wrappers is returned as it is.</summary>
    public static string Strip(string message)
    {
        if (!message.Contains('<') || !message.Contains("</", StringComparison.Ordinal))
        {
            return message;
        }

        var text = message;
        foreach (var tag in Dropped)
        {
            text = Drop(text, tag);
        }

        if (ReferenceEquals(text, message))
        {
            // A tag alone may be the user's own markup; beside blocks of a harness, or around everything, it is not.
            return UnwrapAll(message) ?? message;
        }

        foreach (var tag in Unwrapped)
        {
            if (Inside(text, tag) is { } inside)
            {
                return inside;
            }
        }

        return text.Trim();
    }

    private static string? UnwrapAll(string message)
    {
        var trimmed = message.AsSpan().Trim();
        foreach (var tag in Unwrapped)
        {
            if (trimmed.StartsWith($"<{tag}>") && trimmed.EndsWith($"</{tag}>"))
            {
                return Inside(message, tag);
            }
        }

        return null;
    }

    private static string Drop(string text, string tag)
    {
        var open = $"<{tag}>";
        var close = $"</{tag}>";
        var start = text.IndexOf(open, StringComparison.Ordinal);
        while (start >= 0)
        {
            var end = text.IndexOf(close, start, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            text = string.Concat(text.AsSpan(0, start), text.AsSpan(end + close.Length));
            start = text.IndexOf(open, start, StringComparison.Ordinal);
        }

        return text;
    }

    private static string? Inside(string text, string tag)
    {
        var open = $"<{tag}>";
        var start = text.IndexOf(open, StringComparison.Ordinal);
        var end = text.LastIndexOf($"</{tag}>", StringComparison.Ordinal);
        return start >= 0 && end > start + open.Length ? text[(start + open.Length)..end].Trim() : null;
    }
}
