namespace HybridLlm.Experiments;

/// <summary>Reads the kept outcomes and says what they mean.</summary>
/// <param name="store">Keeps the outcomes; <see langword="null"/> when nothing is kept.</param>
/// <param name="save">Saves what was recorded and is not in the store yet.</param>
/// <param name="routing">Gets the options in use.</param>
/// <param name="activity">Gets what became of mirrored requests in this process.</param>
/// <param name="time">The clock.</param>
internal sealed class ExperimentReports(
    IMetricsStore? store, Func<CancellationToken, Task> save, Func<RoutingOptions> routing, Func<ShadowActivity> activity, TimeProvider time) : IExperimentReports
{
    /// <inheritdoc />
    public async ValueTask<ExperimentReport> ReportAsync(CancellationToken cancellationToken = default)
    {
        if (store is null)
        {
            throw new InvalidOperationException("There is nothing to report on: HybridLlm:Metrics:Store is None, so no outcome is kept. Set it to Json, or to the name of a registered store.");
        }

        await save(cancellationToken).ConfigureAwait(false);
        var configured = routing().Experiments.ToDictionary(static experiment => experiment.Name!, StringComparer.Ordinal);
        var experiments = configured.Keys.ToDictionary(static name => name, static _ => new Dictionary<string, VariantFold>(StringComparer.Ordinal), StringComparer.Ordinal);
        var shadows = new Dictionary<(string Model, string Provider, string TaskType), ShadowFold>();
        await foreach (var outcome in store.ReadAsync(MetricsQuery.All, cancellationToken).ConfigureAwait(false))
        {
            if (outcome.Status == OutcomeStatus.Shadowed)
            {
                FoldOf(shadows, (outcome.Model, outcome.Provider, outcome.TaskType)).Add(outcome);
            }
            else if (outcome is { Experiment: { } experiment, Variant: { } variant })
            {
                FoldOf(FoldOf(experiments, experiment), variant).Add(outcome);
            }
        }

        return new()
        {
            Created = time.GetUtcNow(),
            Experiments =
            [
                .. experiments
                    .OrderBy(static experiment => experiment.Key, StringComparer.Ordinal)
                    .Select(experiment => ExperimentScoring.Score(experiment.Key, configured.GetValueOrDefault(experiment.Key), experiment.Value)),
            ],
            Shadows =
            [
                .. shadows
                    .OrderBy(static shadow => shadow.Key.Model, StringComparer.Ordinal)
                    .ThenBy(static shadow => shadow.Key.TaskType, StringComparer.Ordinal)
                    .ThenBy(static shadow => shadow.Key.Provider, StringComparer.Ordinal)
                    .Select(static shadow => shadow.Value.ToResult(shadow.Key.Model, shadow.Key.Provider, shadow.Key.TaskType)),
            ],
            Activity = activity(),
        };
    }

    private static TFold FoldOf<TKey, TFold>(Dictionary<TKey, TFold> folds, TKey key)
        where TKey : notnull
        where TFold : new()
    {
        if (!folds.TryGetValue(key, out var fold))
        {
            folds.Add(key, fold = new TFold());
        }

        return fold;
    }
}
