namespace HybridLlm.Execution;

/// <summary>Notices prompts that come again soon: their answers did not do.</summary>
/// <remarks>Remembers hashes, not prompts, in a ring of fixed size. Prompts of 32 equal bits are taken for one, which once in some millions of times is wrong.</remarks>
internal sealed class RepeatedPrompts(TimeProvider time)
{
    private const int Slots = 256;

    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly (int Hash, long Seen)[] _ring = new (int, long)[Slots];

    /// <summary>Remembers a conversation.</summary>
    /// <returns>Whether the same came shortly before.</returns>
    public bool See(LlmRequest request)
    {
        var hash = HashOf(request);
        var now = time.GetTimestamp();
        lock (_lock)
        {
            ref var slot = ref _ring[(uint)hash % Slots];
            var isRepeat = slot.Seen != 0 && slot.Hash == hash && time.GetElapsedTime(slot.Seen, now) < Soon;
            slot = (hash, Math.Max(1, now));
            return isRepeat;
        }
    }

    private static int HashOf(LlmRequest request)
    {
        var hash = default(HashCode);
        foreach (var message in request.Messages)
        {
            hash.Add(message.Role);
            hash.Add(message.Text, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }
}
