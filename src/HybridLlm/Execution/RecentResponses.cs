using System.Globalization;

namespace HybridLlm.Execution;

/// <summary>Gives out response ids and remembers who gave the most recent answers, so that feedback can be credited.</summary>
/// <remarks>
/// The ids of a process count up behind a random prefix, so the count alone says where an answer stands in the ring. The ring holds values and
/// refers to nothing that belongs to a request: thousands of small objects that live just long enough to be promoted would keep the collector busy.
/// </remarks>
internal sealed class RecentResponses(int capacity)
{
    private readonly string _prefix = $"hl-{Guid.NewGuid().ToString("N")[..12]}-";
    private readonly Lock _lock = new();
    private readonly RecentResponse[] _ring = new RecentResponse[capacity];
    private long _last;

    public string NextId() => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{Interlocked.Increment(ref _last):x}");

    public void Remember(string responseId, ModelProfile model, TaskProfile profile, double confidence)
    {
        if (TryParse(responseId, out var number))
        {
            lock (_lock)
            {
                _ring[number % _ring.Length] = new(number, model, profile.TaskType, profile.Complexity, confidence);
            }
        }
    }

    public bool TryFind(string responseId, out RecentResponse response)
    {
        response = default;
        if (!TryParse(responseId, out var number))
        {
            return false;
        }

        lock (_lock)
        {
            response = _ring[number % _ring.Length];
        }

        return response.Number == number;
    }

    private bool TryParse(string responseId, out long number)
    {
        number = 0;
        return _ring.Length > 0
            && responseId.StartsWith(_prefix, StringComparison.Ordinal)
            && long.TryParse(responseId.AsSpan(_prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            && number > 0;
    }
}
