namespace HybridLlm.Metrics.Reports;

/// <summary>Sums → figures.</summary>
internal static class Summaries
{
    /// <summary>Makes the figures of outcomes that were added up in parts.</summary>
    /// <param name="parts">The parts; not empty, or all figures are empty.</param>
    /// <param name="prices">The prices.</param>
    /// <param name="model">The model, if all parts are of one.</param>
    /// <param name="provider">Its provider.</param>
    /// <param name="taskType">The task type, if all parts are of one.</param>
    public static PerformanceSummary Of(IReadOnlyCollection<OutcomeTotals> parts, PriceList prices, string? model, string? provider, string? taskType)
    {
        var sum = Sum(parts);
        return new()
        {
            Model = model,
            Provider = provider,
            TaskType = taskType,
            Attempts = sum.Attempts,
            Succeeded = sum.Succeeded,
            Failed = sum.Failed,
            Escalated = sum.Escalated,
            Cancelled = sum.Cancelled,
            Cached = sum.Cached,
            Ratings = sum.Ratings,
            SuccessRate = Share(sum.Succeeded, sum.Attempts),
            SuccessInterval = sum.Attempts == 0 ? null : Statistics.Wilson(sum.Succeeded, sum.Attempts, Statistics.Deviations()),
            Judged = sum.Ratings + sum.Compared,
            Accuracy = Share(sum.Ratings - sum.Rejected + sum.AgreementSum, sum.Ratings + sum.Compared),
            LatencyP50Ms = sum.Latency.Percentile(0.5),
            LatencyP95Ms = sum.Latency.Percentile(0.95),
            LatencyP99Ms = sum.Latency.Percentile(0.99),
            LatencyMeanMs = Share(sum.LatencySum, sum.Latency.Count),
            TimeToFirstTokenMs = Share(sum.FirstTokenSum, sum.FirstTokens),
            TokensPerSecond = Share(sum.PaceSum, sum.Paces),
            EscalationRate = Share(sum.Escalated, sum.Attempts),
            EscalationAccuracy = Share(sum.Disagreed, sum.Compared),
            FallbackRate = Share(sum.Fallbacks, sum.Attempts),
            CacheHitRate = sum.Cached == 0 ? null : Share(sum.Cached, sum.Cached + sum.Succeeded),
            Satisfaction = Share(sum.RatingSum, sum.Ratings),
            InputTokens = sum.InputTokens,
            OutputTokens = sum.OutputTokens,
            Unmetered = sum.Unmetered,
            BusyMs = sum.BusyMs,
            LostShare = Share(sum.LostMs, sum.BusyMs),
            MemoryMB = model is null ? null : prices.MemoryOf(model),
            Cost = parts.Count == 0 ? null : prices.CostOf(parts),
            First = sum.First,
            Last = sum.Last,
        };
    }

    /// <summary>Adds up parts.</summary>
    public static OutcomeTotals Sum(IEnumerable<OutcomeTotals> parts)
    {
        var sum = new OutcomeTotals { Group = new("", "", null, "", default) };
        foreach (var part in parts)
        {
            sum.Add(part);
        }

        return sum;
    }

    private static double? Share(double part, double whole) => whole > 0 ? part / whole : null;
}
