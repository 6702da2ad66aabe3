namespace HybridLlm.Execution;

/// <summary>Remembers of the latest escalated requests what the stronger model's answer said of the first one. Safe for concurrent use.</summary>
internal sealed class EscalationVerdicts
{
    private const int Most = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Verdict> _verdicts = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldestFirst = [];

    public void Add(string requestId, Verdict verdict)
    {
        lock (_lock)
        {
            if (!_verdicts.ContainsKey(requestId))
            {
                if (_verdicts.Count == Most)
                {
                    _verdicts.Remove(_oldestFirst.Dequeue());
                }

                _oldestFirst.Enqueue(requestId);
            }

            _verdicts[requestId] = verdict;
        }
    }

    public Verdict? Find(string requestId)
    {
        lock (_lock)
        {
            return _verdicts.TryGetValue(requestId, out var verdict) ? verdict : null;
        }
    }

    /// <summary>What a stronger model's answer said of a first one.</summary>
    /// <param name="Model">The model of the first answer.</param>
    /// <param name="Task">The task type.</param>
    /// <param name="Logit">The logit of the uncorrected confidence of the first answer.</param>
    /// <param name="Agrees">Whether both say the same; otherwise they contradict each other.</param>
    internal readonly record struct Verdict(string Model, string Task, double Logit, bool Agrees);
}
