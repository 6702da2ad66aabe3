using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HybridLlm.Execution;

/// <summary>Gives out response ids and remembers who gave the most recent answers, so that feedback can be credited.</summary>
/// <remarks>The ids of a process count up behind a random prefix, so the count alone says where an answer stands in the ring.</remarks>
internal sealed class RecentResponses(int capacity)
{
    private readonly string _prefix = $"hl-{Guid.NewGuid().ToString("N")[..12]}-";
    private readonly CallOutcome?[] _ring = new CallOutcome?[capacity];
    private long _last;

    public string NextId() => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{Interlocked.Increment(ref _last):x}");

    public void Remember(CallOutcome outcome)
    {
        if (TryIndex(outcome.RequestId, out var index))
        {
            Volatile.Write(ref _ring[index], outcome);
        }
    }

    public bool TryFind(string responseId, [MaybeNullWhen(false)] out CallOutcome outcome)
    {
        outcome = TryIndex(responseId, out var index) ? Volatile.Read(ref _ring[index]) : null;
        return outcome is not null && outcome.RequestId == responseId;
    }

    private bool TryIndex(string responseId, out int index)
    {
        index = 0;
        if (_ring.Length == 0
            || !responseId.StartsWith(_prefix, StringComparison.Ordinal)
            || !long.TryParse(responseId.AsSpan(_prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            || number < 0)
        {
            return false;
        }

        index = (int)(number % _ring.Length);
        return true;
    }
}
