using System.Collections.Concurrent;

namespace HybridLlm.Learning;

/// <summary>Learns from scores which of several models does best at a task, and chooses: the arithmetic of learned selection without the router around it.</summary>
/// <remarks>
/// Thompson sampling (W. R. Thompson, "On the likelihood that one unknown probability exceeds another in view of the evidence of two samples", Biometrika
/// 25, 1933) within a budget: a request that may explore takes the model whose expected success, drawn from what is believed, comes out highest;
/// any other takes the model with the highest mean. Where the task is only guessed, each task that it may be counts by how likely it is, in the choice and
/// in what is learned from it. Deterministic under a seed when choices and scores come in the same order.
/// </remarks>
internal sealed class ModelLearner
{
    private readonly ConcurrentDictionary<string, ModelBelief> _models = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Model, string Task), TaskBelief> _tasks = new();
    private readonly LearnerSettings _settings;
    private readonly PriorMasses _masses;
    private readonly double _share;
    private readonly long _seed;
    private readonly double _curbAfter;
    private long _requests;

    /// <param name="settings">How quickly is learned.</param>
    /// <param name="masses">The weights of priors.</param>
    /// <param name="share">The share of requests that may explore, 0 to 1.</param>
    /// <param name="seed">What the random numbers follow from.</param>
    /// <param name="curbAfter">
    /// With how many calls of a task that still count draws are made as if each model had been called twice as often; with twice as many, three times, and so
    /// on: the more is known, the less is tried. Above 0; by default never.
    /// </param>
    public ModelLearner(LearnerSettings settings, PriorMasses masses, double share, long seed, double curbAfter = double.PositiveInfinity)
    {
        _settings = settings;
        _masses = masses;
        _share = share;
        _seed = seed;
        _curbAfter = curbAfter;
    }

    /// <summary>Takes how well a model did.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The task.</param>
    /// <param name="complexity">How hard the request was.</param>
    /// <param name="score">How well it went, from 0 (failed) to 1 (succeeded).</param>
    /// <param name="version">The version of the model; <see langword="null"/> when it is not known.</param>
    public void Observe(string model, string task, ComplexityLevel complexity, double score, string? version = null) =>
        Observe(model, [new(task, 1)], complexity, score, version);

    /// <summary>Takes how well a model did at what may have been several tasks.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tasks">The tasks; each learns by its share.</param>
    /// <param name="complexity">How hard the request was.</param>
    /// <param name="score">How well it went, from 0 (failed) to 1 (succeeded).</param>
    /// <param name="version">The version of the model; <see langword="null"/> when it is not known.</param>
    public void Observe(string model, ReadOnlySpan<TaskShare> tasks, ComplexityLevel complexity, double score, string? version = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(score);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(score, 1);
        foreach (var (task, share) in tasks)
        {
            BeliefOf(model, task).Observe(complexity, score, version, share);
        }
    }

    /// <summary>Gets what is expected of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The task.</param>
    /// <param name="complexity">How hard the request is; <see langword="null"/> when nobody said.</param>
    /// <param name="assumed">What is assumed of the model where nothing is known, 0 to 1.</param>
    public Expectation Expect(string model, string task, ComplexityLevel? complexity, double assumed = 0.5) =>
        BeliefOf(model, task).Expect(assumed, _masses, complexity);

    /// <summary>Chooses the model for the next request.</summary>
    /// <param name="models">The models to choose among, at least one; the first of equals is taken.</param>
    /// <param name="task">The task.</param>
    /// <param name="complexity">How hard the request is; <see langword="null"/> when nobody said.</param>
    /// <param name="assumed">What is assumed of each model, in the same order; <see langword="null"/> for 0.5 of all.</param>
    public LearnerChoice Choose(IReadOnlyList<string> models, string task, ComplexityLevel? complexity, IReadOnlyList<double>? assumed = null) =>
        Choose(models, [new(task, 1)], complexity, assumed);

    /// <summary>Chooses the model for the next request, which may be of several tasks.</summary>
    /// <param name="models">The models to choose among, at least one; the first of equals is taken.</param>
    /// <param name="tasks">The tasks, at least one; what is expected of a model is the mean over them, and so is what is drawn.</param>
    /// <param name="complexity">How hard the request is; <see langword="null"/> when nobody said.</param>
    /// <param name="assumed">What is assumed of each model, in the same order; <see langword="null"/> for 0.5 of all.</param>
    public LearnerChoice Choose(IReadOnlyList<string> models, ReadOnlySpan<TaskShare> tasks, ComplexityLevel? complexity, IReadOnlyList<double>? assumed = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(models.Count);
        ArgumentOutOfRangeException.ThrowIfZero(tasks.Length);
        var request = Interlocked.Increment(ref _requests);
        var draws = Exploration.Allows(_share, _seed, request);
        var caution = draws ? CautionAt(models, tasks) : 0;
        int best = 0, drawn = 0;
        double highest = -1, highestDrawn = -1;
        for (var i = 0; i < models.Count; i++)
        {
            var randomness = new Randomness(_seed, request, i);
            double mean = 0, value = 0;
            foreach (var (task, share) in tasks)
            {
                var expectation = Expect(models[i], task, complexity, assumed?[i] ?? 0.5);
                mean += share * expectation.Mean;
                value += draws ? share * expectation.Draw(ref randomness, caution) : 0;
            }

            if (mean > highest)
            {
                (best, highest) = (i, mean);
            }

            if (draws && value > highestDrawn)
            {
                (drawn, highestDrawn) = (i, value);
            }
        }

        return draws && drawn != best ? new(drawn, true, highestDrawn) : new(best, false, highest);
    }

    // What counts here is what still counts: after a model has changed, there is less of it, and more is tried again.
    private double CautionAt(IReadOnlyList<string> models, ReadOnlySpan<TaskShare> tasks)
    {
        var calls = 0.0;
        foreach (var (task, share) in tasks)
        {
            for (var i = 0; i < models.Count; i++)
            {
                calls += share * BeliefOf(models[i], task).All.Calls;
            }
        }

        return 1 + (calls / _curbAfter);
    }

    private TaskBelief BeliefOf(string model, string task) =>
        _tasks.TryGetValue((model, task), out var belief) ? belief : _tasks.GetOrAdd(
            (model, task),
            static (key, learner) => learner._models.GetOrAdd(key.Model, static (_, settings) => new(settings), learner._settings).AddTask(),
            this);
}
