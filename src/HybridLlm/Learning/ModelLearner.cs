using System.Collections.Concurrent;

namespace HybridLlm.Learning;

/// <summary>Learns from scores which of several models does best at a task, and chooses: the arithmetic of learned selection without the router around it.</summary>
/// <remarks>
/// Thompson sampling (W. R. Thompson, "On the likelihood that one unknown probability exceeds another in view of the evidence of two samples", Biometrika
/// 25, 1933) within a budget: a request that may explore takes the model whose expected success, drawn from what is believed, comes out highest;
/// any other takes the model with the highest mean. Deterministic under a seed when choices and scores come in the same order.
/// </remarks>
internal sealed class ModelLearner
{
    private readonly ConcurrentDictionary<string, ModelBelief> _models = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Model, string Task), TaskBelief> _tasks = new();
    private readonly LearnerSettings _settings;
    private readonly PriorMasses _masses;
    private readonly double _share;
    private readonly long _seed;
    private readonly double _caution;
    private long _requests;

    /// <param name="settings">How quickly is learned.</param>
    /// <param name="masses">The weights of priors.</param>
    /// <param name="share">The share of requests that may explore, 0 to 1.</param>
    /// <param name="seed">What the random numbers follow from.</param>
    /// <param name="caution">By how many times more calls than there were draws are surer: the higher, the less is tried; above 0.</param>
    public ModelLearner(LearnerSettings settings, PriorMasses masses, double share, long seed, double caution = 1)
    {
        _settings = settings;
        _masses = masses;
        _share = share;
        _seed = seed;
        _caution = caution;
    }

    /// <summary>Takes how well a model did.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The task.</param>
    /// <param name="complexity">How hard the request was.</param>
    /// <param name="score">How well it went, from 0 (failed) to 1 (succeeded).</param>
    /// <param name="version">The version of the model; <see langword="null"/> when it is not known.</param>
    public void Observe(string model, string task, ComplexityLevel complexity, double score, string? version = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(score);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(score, 1);
        BeliefOf(model, task).Observe(complexity, score, version);
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
    public LearnerChoice Choose(IReadOnlyList<string> models, string task, ComplexityLevel? complexity, IReadOnlyList<double>? assumed = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(models.Count);
        var request = Interlocked.Increment(ref _requests);
        var draws = Exploration.Allows(_share, _seed, request);
        int best = 0, drawn = 0;
        double highest = -1, highestDrawn = -1, bestMean = 0;
        for (var i = 0; i < models.Count; i++)
        {
            var expectation = Expect(models[i], task, complexity, assumed?[i] ?? 0.5);
            if (expectation.Mean > highest)
            {
                (best, highest, bestMean) = (i, expectation.Mean, expectation.Mean);
            }

            if (draws)
            {
                var randomness = new Randomness(_seed, request, i);
                var value = expectation.Draw(ref randomness, _caution);
                if (value > highestDrawn)
                {
                    (drawn, highestDrawn) = (i, value);
                }
            }
        }

        return draws && drawn != best ? new(drawn, true, highestDrawn) : new(best, false, bestMean);
    }

    private TaskBelief BeliefOf(string model, string task) =>
        _tasks.TryGetValue((model, task), out var belief) ? belief : _tasks.GetOrAdd(
            (model, task),
            static (key, learner) => learner._models.GetOrAdd(key.Model, static (_, settings) => new(settings), learner._settings).AddTask(),
            this);
}
