namespace HybridLlm.Tests.Metrics.Reports;

/// <summary>A store that cannot add up.</summary>
internal sealed class ListStore(IReadOnlyList<CallOutcome> outcomes) : IMetricsStore
{
    public ValueTask AppendAsync(IReadOnlyList<CallOutcome> batch, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<CallOutcome> ReadAsync(MetricsQuery query, CancellationToken cancellationToken = default) => outcomes.Where(query.Matches).ToAsyncEnumerable();

    public ValueTask PruneAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
