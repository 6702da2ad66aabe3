namespace HybridLlm;

/// <summary>Keeps outcomes beyond the life of the process.</summary>
public interface IMetricsStore
{
    /// <summary>Appends outcomes. Those whose id the store already has are left as they are.</summary>
    /// <param name="batch">The outcomes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the outcomes are stored.</returns>
    ValueTask AppendAsync(IReadOnlyList<CallOutcome> batch, CancellationToken cancellationToken = default);

    /// <summary>Reads outcomes, the oldest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The outcomes.</returns>
    IAsyncEnumerable<CallOutcome> ReadAsync(MetricsQuery query, CancellationToken cancellationToken = default);

    /// <summary>Deletes outcomes older than a point in time.</summary>
    /// <param name="before">The point in time.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when they are gone.</returns>
    ValueTask PruneAsync(DateTimeOffset before, CancellationToken cancellationToken = default);
}
