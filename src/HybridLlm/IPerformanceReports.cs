namespace HybridLlm;

/// <summary>Tells from the kept outcomes how the models do: what a dashboard shows, and which model to use for what. Safe for concurrent use.</summary>
/// <remarks>
/// <para>
/// <see cref="IPerformanceTracker"/> says what counts now, with recent calls counting most; a report counts every outcome of a window of time alike. What was recorded
/// before the call is in the report, and so are the outcomes of other processes that share the store.
/// </para>
/// <para>
/// Windows are widened to full hours of UTC, since sums are kept by the hour; each report says which window it covers. A rate is a count divided by a count, and
/// <see langword="null"/> where nothing was counted.
/// </para>
/// <para>
/// All methods throw an <see cref="InvalidOperationException"/> when nothing is kept (<c>HybridLlm:Metrics:Store</c> is <c>None</c>), an <see cref="ArgumentException"/>
/// when a window ends before it begins, and what the store throws when it cannot be read.
/// </para>
/// </remarks>
public interface IPerformanceReports
{
    /// <summary>Sums up how each model did at each task.</summary>
    /// <param name="query">Which outcomes; <see cref="MetricsQuery.All"/> for all that are kept.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The report.</returns>
    ValueTask<PerformanceReport> SummarizeAsync(MetricsQuery query, CancellationToken cancellationToken = default);

    /// <summary>Shows how each model did at each task in the course of time.</summary>
    /// <param name="query">Which outcomes.</param>
    /// <param name="bucket">
    /// How long each part of the time is: one hour or a whole number of hours, at most 366 days. Days begin at midnight UTC and weeks with Monday.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The series.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bucket"/> is not one hour or a whole number of them.</exception>
    ValueTask<PerformanceSeries> GetSeriesAsync(MetricsQuery query, TimeSpan bucket, CancellationToken cancellationToken = default);

    /// <summary>Recommends a model for each task, or says why none can be recommended.</summary>
    /// <param name="query">Which outcomes. A window that covers how things are now says more than all of the past.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The recommendations, see <see cref="ModelRecommendation"/> for how they are made.</returns>
    ValueTask<RecommendationReport> RecommendAsync(MetricsQuery query, CancellationToken cancellationToken = default);

    /// <summary>Compares how a model did before and after it became another version.</summary>
    /// <param name="query">Which outcomes. Without <see cref="MetricsQuery.Model"/>, all models of which two versions were seen are compared.</param>
    /// <param name="before">The earlier version; <see langword="null"/> for the one that was seen before <paramref name="after"/>.</param>
    /// <param name="after">The later version; <see langword="null"/> for the one that was first seen last.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The comparisons, see <see cref="VersionComparison"/> for how they are made; none when no model has two versions.</returns>
    ValueTask<ComparisonReport> CompareVersionsAsync(
        MetricsQuery query, string? before = null, string? after = null, CancellationToken cancellationToken = default);
}
