namespace HybridLlm;

/// <summary>Tells what experiments have shown. Safe for concurrent use.</summary>
/// <remarks>
/// One may look as often as one likes, and stop an experiment when there is a verdict: the intervals hold at every moment at once, and the chance that a variant is ever
/// said to differ which does not is at most <see cref="ExperimentOptions.Alpha"/>. What is promoted is decided by people.
/// </remarks>
public interface IExperimentReports
{
    /// <summary>Reports on all experiments of which outcomes are kept, and on those that are configured.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The report.</returns>
    /// <exception cref="InvalidOperationException">Nothing is kept (<c>HybridLlm:Metrics:Store</c> is <c>None</c>).</exception>
    ValueTask<ExperimentReport> ReportAsync(CancellationToken cancellationToken = default);
}
