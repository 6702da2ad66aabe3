namespace HybridLlm.Learning;

/// <summary>What is believed of a model at a task, over all complexities and at each. Writers hold the lock of the model; readers take none.</summary>
internal sealed class TaskBelief(ModelBelief model)
{
    private SharedCounts _all;
    private Levels _levels;
    private PageHinkley _drift;

    /// <summary>Gets what is believed of the model over all its tasks.</summary>
    public ModelBelief Model => model;

    /// <summary>Gets what was seen of the task.</summary>
    public Counts All => _all.Read();

    /// <summary>Gets what is expected at the task.</summary>
    /// <param name="assumed">The share of successes that is assumed of the model where nothing is known, 0 to 1.</param>
    /// <param name="masses">The weights of the priors.</param>
    /// <param name="complexity">How hard the request is; <see langword="null"/> when nobody said.</param>
    /// <param name="version">The version of the model that would answer; <see langword="null"/> when it is not known.</param>
    /// <remarks>
    /// What is assumed is the prior of the model's other tasks, these are the prior of the task's other complexities, and these the prior of the cell;
    /// nothing counts twice.
    /// </remarks>
    public Expectation Expect(double assumed, PriorMasses masses, ComplexityLevel? complexity, string? version = null)
    {
        var all = _all.Read();
        var cell = complexity is { } level && (uint)level < Levels.Count ? _levels[(int)level].Read() : all;
        return model.Expect(assumed, masses, version, all, cell);
    }

    /// <summary>Takes what a call came to.</summary>
    /// <param name="complexity">How hard the request was.</param>
    /// <param name="score">How well it went: 1 a success, 0 a failure.</param>
    /// <param name="version">The version of the model that answered; <see langword="null"/> when it is not known.</param>
    /// <param name="weight">How much the call counts, above 0 up to 1: less than 1 where it may have been one of another task.</param>
    public void Observe(ComplexityLevel complexity, double score, string? version = null, double weight = 1)
    {
        lock (model.Gate)
        {
            model.SeeVersion(version);
            var before = _all.Exact;
            if (before.Calls >= model.Settings.SettledAfter)
            {
                See(score - (before.Successes / before.Calls), weight);
                before = _all.Exact;
            }

            ref var level = ref _levels[Math.Clamp((int)complexity, 0, Levels.Count - 1)];
            var cell = level.Exact;
            var decay = weight < 1 ? Math.Pow(model.Decay, weight) : model.Decay;
            level.Write(new((cell.Calls * decay) + weight, (cell.Successes * decay) + (weight * score)));
            Sum(before);
        }
    }

    /// <summary>Takes what calls of long ago came to, of which only the sum is known: as if each of them had gone as well as they went on average.</summary>
    /// <param name="complexity">How hard the requests were.</param>
    /// <param name="calls">How many calls there were.</param>
    /// <param name="score">How well they went together: a success counts 1.</param>
    public void Credit(ComplexityLevel complexity, long calls, double score)
    {
        if (calls <= 0)
        {
            return;
        }

        lock (model.Gate)
        {
            var before = _all.Exact;
            var mass = (1 - Math.Pow(model.Decay, calls)) / (1 - model.Decay);
            ref var level = ref _levels[Math.Clamp((int)complexity, 0, Levels.Count - 1)];
            level.Write(new(level.Exact.Calls + mass, level.Exact.Successes + (mass * Math.Clamp(score / calls, 0, 1))));
            Sum(before);
        }
    }

    /// <summary>Changes what an earlier call came to, as far as it still counts.</summary>
    /// <param name="complexity">How hard the request was.</param>
    /// <param name="difference">By how much better it went than was said, -1 to 1.</param>
    /// <param name="callsSince">How many calls of the same task and complexity came after it.</param>
    public void Correct(ComplexityLevel complexity, double difference, long callsSince)
    {
        lock (model.Gate)
        {
            var before = _all.Exact;
            ref var level = ref _levels[Math.Clamp((int)complexity, 0, Levels.Count - 1)];
            var cell = level.Exact;
            level.Write(cell with { Successes = Math.Clamp(cell.Successes + (difference * Math.Pow(model.Decay, callsSince)), 0, cell.Calls) });
            Sum(before);
        }
    }

    /// <summary>Gets what was seen here at a complexity, without others.</summary>
    public Counts Own(ComplexityLevel complexity)
    {
        lock (model.Gate)
        {
            return _levels[Math.Clamp((int)complexity, 0, Levels.Count - 1)].Exact;
        }
    }

    /// <summary>Sets what other runs saw, which readers see added to what was seen here.</summary>
    /// <param name="levels">What they saw at each complexity.</param>
    public void Share(ReadOnlySpan<Counts> levels)
    {
        lock (model.Gate)
        {
            for (var i = 0; i < Levels.Count; i++)
            {
                _levels[i].WriteOthers(levels[i]);
            }

            SumOthers();
        }
    }

    /// <summary>Gets how much surprise has come together in the direction of a change. The caller holds the lock.</summary>
    public double SurpriseTowards(double change) => _drift.SumTowards(change);

    /// <summary>Lets only a few calls of each cell go on counting. The caller holds the lock.</summary>
    /// <param name="change">By how much more than these calls say is expected from now on, -1 to 1.</param>
    public void Forget(double change)
    {
        _drift = default;
        var before = _all.Exact;
        for (var i = 0; i < Levels.Count; i++)
        {
            _levels[i].Write(_levels[i].Exact.AtMost(model.Settings.KeptAfterChange).Moved(change));
            _levels[i].WriteOthers(_levels[i].Others.AtMost(model.Settings.KeptAfterChange).Moved(change));
        }

        Sum(before);
        SumOthers();
    }

    // The model comes first: to tell a change of its own from one of a task it asks the tasks what surprised them.
    private void See(double surprise, double weight)
    {
        var settings = model.Settings;
        if (settings.DriftThreshold <= 0)
        {
            return;
        }

        var changed = _drift.Observe(surprise, settings.DriftTolerance, settings.DriftThreshold, weight);
        if (!model.See(surprise, weight) && changed)
        {
            Forget(_drift.Change);
            model.BlameTask();
        }
    }

    private void Sum(Counts before)
    {
        double calls = 0, successes = 0;
        for (var i = 0; i < Levels.Count; i++)
        {
            var level = _levels[i].Exact;
            calls += level.Calls;
            successes += level.Successes;
        }

        _all.Write(new(calls, successes));
        model.Change(before, _all.Exact);
    }

    private void SumOthers()
    {
        var before = _all.Others;
        double calls = 0, successes = 0;
        for (var i = 0; i < Levels.Count; i++)
        {
            var level = _levels[i].Others;
            calls += level.Calls;
            successes += level.Successes;
        }

        _all.WriteOthers(new(calls, successes));
        model.ChangeOthers(before, _all.Others);
    }

    [System.Runtime.CompilerServices.InlineArray(Count)]
    private struct Levels
    {
        public const int Count = 3;
        private SharedCounts _first;
    }
}
