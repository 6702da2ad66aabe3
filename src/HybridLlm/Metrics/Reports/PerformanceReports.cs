namespace HybridLlm.Metrics.Reports;

/// <summary>The reports over any store: asks it for sums, and says what they mean.</summary>
/// <param name="store">Keeps the outcomes; <see langword="null"/> when nothing is kept.</param>
/// <param name="save">Saves what was recorded and is not in the store yet.</param>
/// <param name="findModel">Finds a model of the catalog as it is at present, by name.</param>
/// <param name="time">The clock.</param>
internal sealed class PerformanceReports(
    IMetricsStore? store, Func<CancellationToken, Task> save, Func<string, ModelProfile?> findModel, TimeProvider time) : IPerformanceReports
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestBucket = TimeSpan.FromDays(366);

    private readonly PriceList _prices = new(findModel);

    /// <inheritdoc />
    public async ValueTask<PerformanceReport> SummarizeAsync(MetricsQuery query, CancellationToken cancellationToken = default)
    {
        var window = Widen(query);
        var totals = await AggregateAsync(window, null, cancellationToken).ConfigureAwait(false);
        return new()
        {
            Query = window,
            Created = time.GetUtcNow(),
            Rows = [.. Cells(totals)],
            Models = [.. totals
                .GroupBy(static part => (part.Group.Model, part.Group.Provider))
                .OrderBy(static model => model.Key.Model, StringComparer.Ordinal)
                .ThenBy(static model => model.Key.Provider, StringComparer.Ordinal)
                .Select(model => Summaries.Of([.. model], _prices, model.Key.Model, model.Key.Provider, taskType: null))],
            Total = Summaries.Of(totals, _prices, model: null, provider: null, taskType: null),
        };
    }

    /// <inheritdoc />
    public async ValueTask<PerformanceSeries> GetSeriesAsync(MetricsQuery query, TimeSpan bucket, CancellationToken cancellationToken = default)
    {
        if (bucket < Hour || bucket > LongestBucket || bucket.Ticks % Hour.Ticks != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(bucket), bucket, "A part of the time is a whole number of hours, from one hour to 366 days.");
        }

        var window = Widen(query);
        var totals = await AggregateAsync(window, bucket, cancellationToken).ConfigureAwait(false);
        return new()
        {
            Query = window,
            Created = time.GetUtcNow(),
            Bucket = bucket,
            Points = [.. totals
                .GroupBy(static part => part.Group.Start!.Value)
                .OrderBy(static part => part.Key)
                .SelectMany(part => Cells(part).Select(figures => new PerformancePoint(part.Key, figures)))],
        };
    }

    /// <inheritdoc />
    public async ValueTask<RecommendationReport> RecommendAsync(MetricsQuery query, CancellationToken cancellationToken = default)
    {
        var window = Widen(query);
        var totals = await AggregateAsync(window, null, cancellationToken).ConfigureAwait(false);
        return new() { Query = window, Created = time.GetUtcNow(), Tasks = Recommender.Recommend(totals, _prices) };
    }

    /// <inheritdoc />
    public async ValueTask<ComparisonReport> CompareVersionsAsync(
        MetricsQuery query, string? before = null, string? after = null, CancellationToken cancellationToken = default)
    {
        var window = Widen(query);
        var totals = await AggregateAsync(window, null, cancellationToken).ConfigureAwait(false);
        return new() { Query = window, Created = time.GetUtcNow(), Comparisons = VersionComparer.Compare(totals, before, after, _prices) };
    }

    /// <summary>Widens the window to full hours.</summary>
    private static MetricsQuery Widen(MetricsQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.From > query.To)
        {
            throw new ArgumentException($"The window ends ({query.To:u}) before it begins ({query.From:u}).", nameof(query));
        }

        return query with
        {
            From = query.From is { } from ? OutcomeGroup.StartOf(from, Hour) : null,

            // Beyond the last full hour there is nothing that a window could leave out.
            To = query.To is { } to && to.UtcTicks <= DateTimeOffset.MaxValue.UtcTicks - Hour.Ticks
                ? OutcomeGroup.StartOf(to + Hour - TimeSpan.FromTicks(1), Hour)
                : null,
        };
    }

    private IEnumerable<PerformanceSummary> Cells(IEnumerable<OutcomeTotals> totals) => totals
        .GroupBy(static part => (part.Group.TaskType, part.Group.Model, part.Group.Provider))
        .OrderBy(static cell => cell.Key.TaskType, StringComparer.Ordinal)
        .ThenBy(static cell => cell.Key.Model, StringComparer.Ordinal)
        .ThenBy(static cell => cell.Key.Provider, StringComparer.Ordinal)
        .Select(cell => Summaries.Of([.. cell], _prices, cell.Key.Model, cell.Key.Provider, cell.Key.TaskType));

    private async ValueTask<IReadOnlyList<OutcomeTotals>> AggregateAsync(MetricsQuery query, TimeSpan? bucket, CancellationToken cancellationToken)
    {
        if (store is null)
        {
            throw new InvalidOperationException("There is nothing to report on: HybridLlm:Metrics:Store is None, so no outcome is kept. Set it to Json, or to the name of a registered store.");
        }

        await save(cancellationToken).ConfigureAwait(false);
        if (store is IOutcomeAggregator aggregator)
        {
            return await aggregator.AggregateAsync(query, bucket, cancellationToken).ConfigureAwait(false);
        }

        var fold = new OutcomeFold(query, bucket);
        await foreach (var outcome in store.ReadAsync(query, cancellationToken).ConfigureAwait(false))
        {
            fold.Add(outcome);
        }

        return fold.Totals;
    }
}
