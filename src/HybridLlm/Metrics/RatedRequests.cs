namespace HybridLlm.Metrics;

/// <summary>Remembers the latest rated requests, so that a new rating replaces the old one instead of adding to it. Its owner locks.</summary>
internal sealed class RatedRequests(int capacity)
{
    private readonly Dictionary<(string RequestId, TaskCell Cell), RatedRequest> _requests = [];
    private readonly Queue<(string RequestId, TaskCell Cell)> _oldestFirst = [];

    public RatedRequest GetOrAdd(string requestId, TaskCell cell, ComplexityLevel complexity)
    {
        if (_requests.TryGetValue((requestId, cell), out var request))
        {
            return request;
        }

        request = new RatedRequest(complexity);
        if (capacity > 0)
        {
            if (_requests.Count == capacity)
            {
                _requests.Remove(_oldestFirst.Dequeue());
            }

            _requests.Add((requestId, cell), request);
            _oldestFirst.Enqueue((requestId, cell));
        }

        return request;
    }
}
