namespace HybridLlm.Experiments;

/// <summary>Collects what a candidate said in the shadow.</summary>
internal sealed class ShadowFold
{
    private readonly List<(DateTimeOffset Time, double Agreement)> _agreements = [];
    private readonly List<double> _durations = [];
    private long _failures;

    public void Add(CallOutcome outcome)
    {
        if (outcome.Error is not null)
        {
            _failures++;
        }
        else if (_durations.Count < VariantFold.MostObservations)
        {
            _durations.Add(outcome.DurationMs);
            if (outcome.Rating is >= 0 and <= 1 and var agreement)
            {
                _agreements.Add((outcome.Timestamp, agreement));
            }
        }
    }

    public ShadowResult ToResult(string model, string provider, string taskType)
    {
        _agreements.Sort(static (a, b) => a.Time.CompareTo(b.Time));
        var values = _agreements.ConvertAll(static pair => (2 * pair.Agreement) - 1).ToArray();
        var interval = ConfidenceSequence.Of(values, Means.UsualAlpha);
        return new()
        {
            Model = model,
            Provider = provider,
            TaskType = taskType,
            Answers = _durations.Count,
            Failures = _failures,
            Agreement = _agreements.Count == 0 ? null : _agreements.Average(static pair => pair.Agreement),
            AgreementInterval = _agreements.Count == 0 ? null : Means.FromUnit(interval),
            MedianMs = Means.Median(_durations),
        };
    }
}
