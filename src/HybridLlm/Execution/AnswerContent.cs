using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>Tells what is worth showing to a caller from what only announces it.</summary>
internal static class AnswerContent
{
    /// <summary>
    /// Tells whether contents hold a real piece of an answer. Roles, usage, blank text and thoughts do not: as long as nothing else has come,
    /// another route can take over unseen.
    /// </summary>
    public static bool IsIn(IList<AIContent> contents)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            switch (contents[i])
            {
                case TextReasoningContent or UsageContent:
                    break;
                case TextContent text:
                    if (!string.IsNullOrWhiteSpace(text.Text))
                    {
                        return true;
                    }

                    break;
                case ErrorContent:
                    break;
                default:
                    return true;
            }
        }

        return false;
    }

    public static bool IsIn(ChatResponse response)
    {
        var messages = response.Messages;
        for (var i = 0; i < messages.Count; i++)
        {
            if (IsIn(messages[i].Contents))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds what a backend says of its own pace; <see langword="null"/> when it says nothing.</summary>
    public static IServerTimings? FindTimings(AdditionalPropertiesDictionary? properties)
    {
        if (properties is not null)
        {
            foreach (var (_, value) in properties)
            {
                if (value is IServerTimings timings)
                {
                    return timings;
                }
            }
        }

        return null;
    }
}
