using System.Runtime.InteropServices;
using HybridLlm.Classification;
using Microsoft.Extensions.AI;

namespace HybridLlm.Selection;

/// <summary>Remembers which model answers which conversation. Safe for concurrent use; holds hashes and names, no text.</summary>
/// <remarks>
/// A conversation is known by the name that its caller gives it, or else by its first messages up to the user's first one. Two conversations that begin alike count
/// as one, which costs no more than that the second stays where the first is. Two tables take turns: when the younger one is full it becomes the older one, and
/// what the older one held is forgotten.
/// </remarks>
/// <param name="capacity">How many conversations are remembered; 0 to remember none.</param>
internal sealed class ConversationMemory(int capacity)
{
    /// <summary>How much of a message tells it from others.</summary>
    private const int CharactersRead = 512;

    private const ulong Prime = 0x9E3779B97F4A7C15;
    private readonly int _half = (capacity + 1) / 2;
    private readonly Lock _lock = new();
    private Dictionary<ulong, string> _younger = [];
    private Dictionary<ulong, string> _older = [];

    /// <summary>Gets what is remembered of the conversation that a request continues; <see langword="null"/> when it begins or nothing is.</summary>
    public ConversationState? Recall(LlmRequest request)
    {
        if (capacity == 0 || (NameOf(request) is null && !HasAnswer(request.Messages)))
        {
            return null;
        }

        var key = KeyOf(request);
        lock (_lock)
        {
            return _younger.TryGetValue(key, out var model) || _older.TryGetValue(key, out model)
                ? new ConversationState(model, RequestFeatures.EndsWithToolResult(request.Messages))
                : null;
        }
    }

    /// <summary>Remembers which model answered a request.</summary>
    public void Remember(LlmRequest request, string model)
    {
        if (capacity == 0)
        {
            return;
        }

        var key = KeyOf(request);
        lock (_lock)
        {
            if (_younger.Count >= _half && !_younger.ContainsKey(key))
            {
                (_older, _younger) = (_younger, _older);
                _younger.Clear();
            }

            _younger[key] = model;
        }
    }

    private static string? NameOf(LlmRequest request) => request.Conversation ?? request.Options?.ConversationId;

    private static bool HasAnswer(IReadOnlyList<ChatMessage> messages)
    {
        for (var i = messages.Count - 2; i >= 0; i--)
        {
            if (messages[i].Role == ChatRole.Assistant)
            {
                return true;
            }
        }

        return false;
    }

    private static ulong KeyOf(LlmRequest request)
    {
        if (NameOf(request) is { } name)
        {
            return Hash(1, name);
        }

        var key = 2UL;
        for (var i = 0; i < request.Messages.Count; i++)
        {
            var message = request.Messages[i];
            key = Hash(key, message.Text);
            if (message.Role == ChatRole.User)
            {
                break;
            }
        }

        return key;
    }

    private static ulong Hash(ulong hash, ReadOnlySpan<char> text)
    {
        hash = (hash ^ (ulong)text.Length) * Prime;
        var bytes = MemoryMarshal.AsBytes(text[..Math.Min(text.Length, CharactersRead)]);
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            hash = (hash ^ word) * Prime;
            hash ^= hash >> 32;
        }

        foreach (var left in bytes[(bytes.Length & ~7)..])
        {
            hash = (hash ^ left) * Prime;
        }

        return hash ^ (hash >> 29);
    }
}
