namespace HybridLlm.Learning;

/// <summary>What is believed of a model over all its tasks. Writers lock; readers do not.</summary>
/// <remarks>
/// Every call makes the calls before it of the same task and complexity weigh less. What is known of a task is the sum over its complexities, and what
/// is known of the model the sum over its tasks, so that a cell can be told from the rest of which its prior is made. When the model changes, only a few
/// calls of each cell go on counting, and expectations become quick to change. After another version they stay what they were; after surprises that add
/// up to drift they move by as much as the calls since it began were better or worse than expected.
/// </remarks>
internal sealed class ModelBelief(LearnerSettings settings)
{
    // Below this part of the threshold, a drift is not the drift of one task alone.
    private const double LonePart = 0.75;

    private readonly double _decay = Math.Exp(-Math.Log(2) / settings.HalfLife);
    private readonly List<TaskBelief> _tasks = [];
    private SharedCounts _counts;
    private PageHinkley _drift;
    private string? _version;
    private int _changes;

    /// <summary>Gets the lock that writers hold.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Gets how quickly is learned.</summary>
    public LearnerSettings Settings => settings;

    /// <summary>Gets the factor by which a call makes those before it weigh less.</summary>
    public double Decay => _decay;

    /// <summary>Gets what was seen over all tasks.</summary>
    public Counts All => _counts.Read();

    /// <summary>Gets the version that was seen last; <see langword="null"/> when none was told.</summary>
    public string? Version => Volatile.Read(ref _version);

    /// <summary>Gets how often the model was seen to change.</summary>
    public int Changes => Volatile.Read(ref _changes);

    /// <summary>Gets what is expected at a task of which nothing is known.</summary>
    /// <param name="assumed">The share of successes that is assumed of the model where nothing is known, 0 to 1.</param>
    /// <param name="masses">The weights of the priors.</param>
    /// <param name="version">The version of the model that would answer; <see langword="null"/> when it is not known.</param>
    public Expectation Expect(double assumed, PriorMasses masses, string? version) => Expect(assumed, masses, version, default, default);

    /// <summary>Gets what is expected of a cell.</summary>
    /// <param name="assumed">The share of successes that is assumed of the model where nothing is known, 0 to 1.</param>
    /// <param name="masses">The weights of the priors.</param>
    /// <param name="version">The version of the model that would answer; <see langword="null"/> when it is not known.</param>
    /// <param name="task">What was seen of the task.</param>
    /// <param name="cell">What was seen of the cell, a part of the task.</param>
    public Expectation Expect(double assumed, PriorMasses masses, string? version, Counts task, Counts cell)
    {
        var elsewhere = _counts.Read().Without(task);
        var here = task.Without(cell);
        if (version is not null && Version is { } known && known != version)
        {
            var kept = settings.KeptAfterChange;
            (elsewhere, here, cell) = (elsewhere.AtMost(kept), here.AtMost(kept), cell.AtMost(kept));
        }

        var expectation = new Expectation(assumed, masses.Profile);
        var prior = masses.Profile;
        if (elsewhere.Calls > 0)
        {
            expectation = expectation.Narrow(elsewhere, masses.Profile);
            prior = masses.Cell;
        }

        if (here.Calls > 0)
        {
            expectation = expectation.Narrow(here, prior);
            prior = masses.Cell;
        }

        return expectation.Narrow(cell, prior);
    }

    /// <summary>Adds a task of which nothing is known.</summary>
    public TaskBelief AddTask()
    {
        lock (Gate)
        {
            var task = new TaskBelief(this);
            _tasks.Add(task);
            return task;
        }
    }

    /// <summary>Takes note of the version that answered. The caller holds the lock.</summary>
    public void SeeVersion(string? version)
    {
        if (version is null || version == _version)
        {
            return;
        }

        if (_version is not null)
        {
            Forget(change: 0, lone: null);
        }

        Volatile.Write(ref _version, version);
    }

    /// <summary>Adds the difference that an outcome made to a task. The caller holds the lock.</summary>
    public void Change(Counts before, Counts after) => _counts.Write(Moved(_counts.Exact, before, after));

    /// <summary>Adds the difference that other runs made to a task. The caller holds the lock.</summary>
    public void ChangeOthers(Counts before, Counts after) => _counts.WriteOthers(Moved(_counts.Others, before, after));

    /// <summary>Takes by how much more than expected came. The caller holds the lock.</summary>
    /// <param name="surprise">By how much more than expected came, -1 to 1.</param>
    /// <param name="weight">How much the call counts, above 0 up to 1.</param>
    /// <returns>Whether the model has changed.</returns>
    public bool See(double surprise, double weight)
    {
        if (!_drift.Observe(surprise, settings.DriftTolerance, settings.DriftThreshold, weight))
        {
            return false;
        }

        Drift();
        return true;
    }

    /// <summary>Takes it that one of the tasks has changed, which explains the surprises of the model. The caller holds the lock.</summary>
    public void BlameTask() => _drift = default;

    private static Counts Moved(Counts all, Counts before, Counts after)
    {
        var calls = Math.Max(0, all.Calls + after.Calls - before.Calls);
        return new(calls, Math.Clamp(all.Successes + after.Successes - before.Successes, 0, calls));
    }

    // A model that fails at one task need not have become worse at others: what is known of these then stays what it was, only less sure.
    private void Drift()
    {
        var change = _drift.Change;
        Forget(change, _tasks.Find(task => task.SurpriseTowards(change) > LonePart * settings.DriftThreshold));
    }

    private void Forget(double change, TaskBelief? lone)
    {
        _drift = default;
        Volatile.Write(ref _changes, _changes + 1);
        foreach (var task in _tasks)
        {
            task.Forget(lone is null || lone == task ? change : 0);
        }
    }
}
