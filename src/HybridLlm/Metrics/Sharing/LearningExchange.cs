using System.Diagnostics.CodeAnalysis;
using HybridLlm.Learning;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Metrics.Sharing;

/// <summary>Publishes what this run learned and adds what others did: at the start, and once in an interval.</summary>
/// <remarks>
/// <para>
/// What the runs that go on learned counts in full, here as at every other of them, so that all believe the same. What ended runs left fills what these have not seen yet, the
/// newest first, up to the weight that a long history of one run has: it fades as calls come in, as it would have within one run.
/// </para>
/// <para>
/// Of a model that is known here in another version, or that was seen to change since, only a few of the others' calls count, as with the model's own.
/// </para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is not asked for has nothing to dispose.")]
internal sealed class LearningExchange(
    PerformanceTracker tracker, ISharedLearning store, MetricsOptions options, LearnerSettings learning, TimeProvider time, ILogger logger)
{
    private const int Levels = 3;

    private readonly Dictionary<(string Model, string TaskType, ComplexityLevel? Complexity), LearnedCell> _published = [];
    private readonly Dictionary<string, (int Changes, DateTimeOffset Since)> _changes = new(StringComparer.Ordinal);
    private readonly HashSet<TaskCell> _shared = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly double _evidence = LongHistory(options.HalfLife);
    private readonly double _calls = LongHistory(learning.HalfLife);
    private bool _failed;

    /// <summary>Exchanges once in an interval, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(store.ShareInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await ExchangeAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Publishes and adds. A store that fails is logged.</summary>
    public async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await PublishAsync(cancellationToken).ConfigureAwait(false);
            Merge(await store.ReadOthersAsync(cancellationToken).ConfigureAwait(false));
            _failed = false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The first failure says it all; the others until it works again would repeat it.
            if (!_failed)
            {
                _failed = true;
                MetricsLog.SharingFailed(logger, exception.Message, exception);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    // Of n calls whose weights halve after h calls, the sum for n without end.
    private static double LongHistory(double halfLife) => 1 / (1 - Math.Exp(-Math.Log(2) / halfLife));

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        var changed = tracker.GetCells()
            .SelectMany(static cell => cell.Export())
            .Where(cell => cell.LastUsed is not null || cell.RatingWeight > 0)
            .Where(cell => _published.GetValueOrDefault(Key(cell)) != cell)
            .ToList();
        await store.PublishAsync(changed, cancellationToken).ConfigureAwait(false);
        foreach (var cell in changed)
        {
            _published[Key(cell)] = cell;
        }
    }

    private static (string, string, ComplexityLevel?) Key(LearnedCell cell) => (cell.Model, cell.TaskType, cell.Complexity);

    private void Merge(IReadOnlyList<LearnedCell> others)
    {
        var seen = new HashSet<TaskCell>();
        foreach (var group in others.GroupBy(static cell => (cell.Model, cell.TaskType)))
        {
            if (tracker.FindOrCreate(group.Key.Model, group.Key.TaskType) is { } cell)
            {
                Share(cell, group);
                seen.Add(cell);
            }
        }

        foreach (var gone in _shared.Except(seen))
        {
            Share(gone, []);
        }

        _shared.Clear();
        _shared.UnionWith(seen);
    }

    private void Share(TaskCell cell, IEnumerable<LearnedCell> others)
    {
        // Runs that go on first, then the newest of those that ended.
        var byLevel = others.OrderByDescending(static o => o.IsLive).ThenByDescending(static o => o.LastUsed).ToLookup(static o => o.Complexity);
        var own = cell.Export().ToDictionary(static c => c.Complexity ?? (ComplexityLevel)(-1));
        cell.Share(null, AddUp(byLevel[null], own[(ComplexityLevel)(-1)].Evidence));
        Span<Counts> beliefs = stackalloc Counts[Levels];
        for (var i = 0; i < Levels; i++)
        {
            var level = (ComplexityLevel)i;
            var known = own.GetValueOrDefault(level);
            cell.Share(level, AddUp(byLevel[level], known?.Evidence ?? 0));
            beliefs[i] = Believe(cell.Belief.Model, byLevel[level], known?.BeliefCalls ?? 0);
        }

        cell.Belief.Share(beliefs);
    }

    private OthersShare? AddUp(IEnumerable<LearnedCell> cells, double evidence)
    {
        OthersShare? sum = null;
        foreach (var cell in cells)
        {
            var weight = cell.IsLive ? 1 : Share(cell.Evidence, _evidence - evidence);
            (sum ??= new()).Add(cell, weight);
            evidence += cell.Evidence * weight;
        }

        return sum;
    }

    private Counts Believe(ModelBelief model, IEnumerable<LearnedCell> cells, double calls)
    {
        double others = 0, successes = 0;
        var changed = ChangedAt(model, cells.FirstOrDefault()?.Model);
        foreach (var cell in cells)
        {
            var counts = new Counts(cell.BeliefCalls, cell.BeliefSuccesses);
            if ((cell.ModelVersion is { } version && model.Version is { } known && version != known) || cell.LastUsed < changed)
            {
                counts = counts.AtMost(learning.KeptAfterChange);
            }

            var weight = cell.IsLive ? 1 : Share(counts.Calls, _calls - calls - others);
            others += counts.Calls * weight;
            successes += counts.Successes * weight;
        }

        return new(others, Math.Min(others, successes));
    }

    /// <summary>When a model was last seen to change here, as far as the last exchanges can tell.</summary>
    private DateTimeOffset? ChangedAt(ModelBelief model, string? name)
    {
        if (name is null || model.Changes == 0)
        {
            return null;
        }

        if (_changes.GetValueOrDefault(name) is var (changes, since) && changes == model.Changes)
        {
            return since;
        }

        _changes[name] = (model.Changes, time.GetUtcNow());
        return time.GetUtcNow();
    }

    private static double Share(double mass, double room) => mass <= 0 ? 1 : Math.Clamp(room / mass, 0, 1);
}
