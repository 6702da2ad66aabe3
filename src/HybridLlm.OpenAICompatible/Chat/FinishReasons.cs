using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>What the words for the end of an answer mean.</summary>
internal static class FinishReasons
{
    /// <summary>Tells whether the word means that the server gave up.</summary>
    /// <param name="reason">The word.</param>
    /// <returns>Whether it does.</returns>
    internal static bool IsFailure(string? reason) => reason is "abort" or "error";

    /// <summary>Maps a word.</summary>
    /// <param name="reason">The word; <see langword="null"/> for none.</param>
    /// <param name="hasToolCalls">Whether the answer has tool calls: several servers then say <c>stop</c> nevertheless.</param>
    /// <returns>The reason; <see langword="null"/> for none.</returns>
    internal static ChatFinishReason? Map(string? reason, bool hasToolCalls) => reason switch
    {
        null => null,
        "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
        "stop" or "stop_sequence" or "eos" or "eos_token" => hasToolCalls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
        "length" => ChatFinishReason.Length,
        "content_filter" => ChatFinishReason.ContentFilter,
        _ => new ChatFinishReason(reason),
    };
}
