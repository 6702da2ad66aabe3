using HybridLlm.Learning;
using HybridLlm.Metrics.Sharing;
using HybridLlm.Metrics.Sums;

namespace HybridLlm.Metrics;

/// <summary>What is known of a model at a task type: over all complexities, and at each. Writers lock; readers do not.</summary>
internal sealed class TaskCell(string model, string taskType, double halfLife, TaskBelief belief, CellBudget budget)
{
    private readonly Lock _gate = new();
    private readonly DecayedStatistics _all = new(halfLife);
    private readonly DecayedStatistics?[] _levels = new DecayedStatistics?[3];
    private int _standing;

    public string Model => model;

    public string TaskType => taskType;

    /// <summary>Gets what is believed of the model's success at the task, to be read.</summary>
    public TaskBelief Belief => belief;

    /// <summary>Gets where the model was last seen to stand.</summary>
    public ModelStanding Standing => (ModelStanding)Volatile.Read(ref _standing);

    /// <summary>Gets the statistics over all complexities, to be read.</summary>
    public DecayedStatistics All => _all;

    /// <summary>Gets the statistics at a complexity, to be read; <see langword="null"/> when there are none.</summary>
    public DecayedStatistics? At(ComplexityLevel complexity) =>
        (uint)complexity < (uint)_levels.Length ? Volatile.Read(ref _levels[(int)complexity]) : null;

    public void Add(CallOutcome outcome)
    {
        lock (_gate)
        {
            _all.Add(outcome);
            GetOrCreate(outcome.Complexity)?.Add(outcome);
            if (ScoreOf(outcome) is { } score)
            {
                belief.Observe(outcome.Complexity, score, outcome.ModelVersion);
            }
        }
    }

    /// <summary>Counts attempts that weigh nothing any more.</summary>
    public void Credit(ComplexityLevel complexity, CellCount count)
    {
        lock (_gate)
        {
            _all.Credit(count);
            GetOrCreate(complexity)?.Credit(count);
            belief.Credit(complexity, count.Attempts, count.Score);
        }
    }

    /// <summary>Takes a rating, or replaces the one that the record remembers.</summary>
    public void Rate(RatedRequest request, double rating)
    {
        lock (_gate)
        {
            var wasFailure = request.All.IsFailure;
            _all.Rate(ref request.All, rating);
            if (request.All.IsFailure != wasFailure)
            {
                belief.Correct(request.Complexity, request.All.IsFailure ? -1 : 1, _all.CallsSince(request.All));
            }

            GetOrCreate(request.Complexity)?.Rate(ref request.Level, rating);
        }
    }

    /// <summary>Gets what was learned here, without others: over all complexities, and at each that there is something of.</summary>
    public IReadOnlyList<LearnedCell> Export()
    {
        lock (_gate)
        {
            var version = belief.Model.Version;
            var cells = new List<LearnedCell> { _all.Export(model, taskType) with { ModelVersion = version } };
            for (var i = 0; i < _levels.Length; i++)
            {
                if (_levels[i] is { } level)
                {
                    var own = belief.Own((ComplexityLevel)i);
                    cells.Add(level.Export(model, taskType) with
                    {
                        Complexity = (ComplexityLevel)i,
                        ModelVersion = version,
                        BeliefCalls = own.Calls,
                        BeliefSuccesses = own.Successes,
                    });
                }
            }

            return cells;
        }
    }

    /// <summary>Sets what other runs learned at a complexity, or over all.</summary>
    public void Share(ComplexityLevel? complexity, OthersShare? others)
    {
        lock (_gate)
        {
            var statistics = complexity is { } level ? others is null ? At(level) : GetOrCreate(level) : _all;
            statistics?.Share(others);
        }
    }

    /// <summary>Sets where the model stands and returns where it stood.</summary>
    public ModelStanding Exchange(ModelStanding standing) => (ModelStanding)Interlocked.Exchange(ref _standing, (int)standing);

    /// <summary>How well an attempt went, 0 to 1; <see langword="null"/> when it says nothing about the model.</summary>
    public static double? ScoreOf(CallOutcome outcome) => outcome.Status switch
    {
        OutcomeStatus.Succeeded => 1,
        OutcomeStatus.Failed => 0,

        // How far the stronger model said the same.
        OutcomeStatus.Escalated => outcome.Rating is >= 0 and <= 1 and var agreement ? agreement : 0,
        _ => null,
    };

    private DecayedStatistics? GetOrCreate(ComplexityLevel complexity)
    {
        if ((uint)complexity >= (uint)_levels.Length)
        {
            return null;
        }

        ref var level = ref _levels[(int)complexity];
        if (level is null && budget.TryTake())
        {
            Volatile.Write(ref level, new DecayedStatistics(halfLife));
        }

        return level;
    }
}
