namespace HybridLlm.Metrics.Reports;

/// <summary>Adds outcomes and totals up by group.</summary>
/// <param name="query">Which outcomes.</param>
/// <param name="bucket">Into which parts the time is cut; <see langword="null"/> not to cut it.</param>
internal sealed class OutcomeFold(MetricsQuery query, TimeSpan? bucket)
{
    private readonly Dictionary<OutcomeGroup, OutcomeTotals> _groups = [];

    /// <summary>Gets the sums so far.</summary>
    public IReadOnlyList<OutcomeTotals> Totals => [.. _groups.Values];

    /// <summary>Adds an outcome, if the query asks for it.</summary>
    public void Add(CallOutcome outcome)
    {
        if (query.Matches(outcome))
        {
            Of(OutcomeGroup.Of(outcome, bucket)).Add(outcome);
        }
    }

    /// <summary>Gets the sum of a group, to be added to.</summary>
    public OutcomeTotals Of(OutcomeGroup group)
    {
        if (!_groups.TryGetValue(group, out var totals))
        {
            _groups.Add(group, totals = new OutcomeTotals { Group = group });
        }

        return totals;
    }
}
