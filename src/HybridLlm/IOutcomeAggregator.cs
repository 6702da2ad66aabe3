namespace HybridLlm;

/// <summary>
/// A metrics store that can add up its outcomes itself. Reports ask it for sums; of a store that is only an <see cref="IMetricsStore"/> they read every outcome, which
/// takes seconds for a million.
/// </summary>
/// <remarks>
/// All figures of all reports are made from these sums, by the same code for every store, so that two stores with the same outcomes give the same report. What a store
/// has to get right is that each outcome whose id it has is counted once, in the group that it belongs to.
/// </remarks>
/// <seealso cref="IPerformanceReports"/>
public interface IOutcomeAggregator
{
    /// <summary>Adds up the outcomes that a query asks for.</summary>
    /// <param name="query">
    /// Which outcomes. <see cref="MetricsQuery.From"/> and <see cref="MetricsQuery.To"/> are full hours of UTC, so that sums kept by the hour are enough.
    /// </param>
    /// <param name="bucket">
    /// Into which parts the time is cut: one hour or a whole number of hours, see <see cref="OutcomeGroup.StartOf"/>; <see langword="null"/> not to cut it.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The sums, one for each group of which there are outcomes, in any order.</returns>
    ValueTask<IReadOnlyList<OutcomeTotals>> AggregateAsync(MetricsQuery query, TimeSpan? bucket, CancellationToken cancellationToken = default);
}
