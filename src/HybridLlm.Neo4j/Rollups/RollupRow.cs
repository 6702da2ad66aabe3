using HybridLlm.Neo4j.Store;

namespace HybridLlm.Neo4j.Rollups;

/// <summary>Outcomes that were added up, as they are kept in the database and on disk.</summary>
/// <param name="Provider">The name of the provider.</param>
/// <param name="Model">The name of the model.</param>
/// <param name="ModelVersion">The version of the model; <see langword="null"/> when it is not known.</param>
/// <param name="TaskType">The task type.</param>
/// <param name="Complexity">The complexity.</param>
/// <param name="Start">When the part of the time begins, in UTC.</param>
/// <param name="Sums">The sums, in the order of <see cref="RollupSum.All"/>.</param>
/// <param name="Buckets">The buckets of latencies that hold something.</param>
/// <param name="Counts">What they hold.</param>
/// <param name="First">The time of the earliest outcome, in ticks of UTC.</param>
/// <param name="Last">The time of the latest outcome, in ticks of UTC.</param>
internal sealed record RollupRow(
    string Provider,
    string Model,
    string? ModelVersion,
    string TaskType,
    ComplexityLevel Complexity,
    DateTimeOffset Start,
    double[] Sums,
    int[] Buckets,
    long[] Counts,
    long First,
    long Last)
{
    /// <summary>Takes totals whose group has a start.</summary>
    public static RollupRow From(OutcomeTotals totals) => new(
        totals.Group.Provider,
        totals.Group.Model,
        totals.Group.ModelVersion,
        totals.Group.TaskType,
        totals.Group.Complexity,
        totals.Group.Start!.Value,
        [.. RollupSum.All.Select(sum => sum.Get(totals))],
        [.. totals.Latency.Buckets.Select(static bucket => bucket.Key)],
        [.. totals.Latency.Buckets.Select(static bucket => bucket.Value)],
        totals.First?.UtcTicks ?? 0,
        totals.Last?.UtcTicks ?? 0);

    /// <summary>Makes totals of it.</summary>
    /// <param name="bucket">Into which parts the time is cut there; <see langword="null"/> not to cut it.</param>
    public OutcomeTotals ToTotals(TimeSpan? bucket)
    {
        var totals = new OutcomeTotals
        {
            Group = new(Provider, Model, ModelVersion, TaskType, Complexity, bucket is { } length ? OutcomeGroup.StartOf(Start, length) : null),
            First = First == 0 ? null : new DateTimeOffset(First, TimeSpan.Zero),
            Last = Last == 0 ? null : new DateTimeOffset(Last, TimeSpan.Zero),
        };
        for (var i = 0; i < RollupSum.All.Count && i < Sums.Length; i++)
        {
            RollupSum.All[i].Set(totals, Sums[i]);
        }

        for (var i = 0; i < Buckets.Length && i < Counts.Length; i++)
        {
            totals.Latency.Add(Buckets[i], Counts[i]);
        }

        return totals;
    }

    /// <summary>Makes the properties of the node that keeps it.</summary>
    /// <param name="tier">What kind of roll-up it is.</param>
    /// <param name="scope">What makes its id unique besides its group.</param>
    public Dictionary<string, object?> ToProperties(string tier, string scope)
    {
        var properties = new Dictionary<string, object?>(40)
        {
            ["id"] = string.Join('|', tier, scope, OutcomeCypher.Instant(Start), Provider, Model, ModelVersion, TaskType, Complexity),
            ["tier"] = tier,
            ["start"] = OutcomeCypher.Instant(Start),
            ["provider"] = Provider,
            ["model_name"] = Model,
            ["model_version"] = ModelVersion,
            ["task_type"] = TaskType,
            ["complexity"] = Complexity.ToString(),
            ["latency_buckets"] = Buckets.Select(static bucket => (object?)bucket),
            ["latency_counts"] = Counts.Select(static count => (object?)count),
            ["first"] = First,
            ["last"] = Last,
            ["packed"] = RollupText.Write(this),
        };
        for (var i = 0; i < RollupSum.All.Count; i++)
        {
            properties[RollupSum.All[i].Name] = RollupSum.All[i].IsCount ? (long)Sums[i] : Sums[i];
        }

        return properties;
    }
}
