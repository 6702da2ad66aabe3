using System.Globalization;

namespace HybridLlm.Execution;

/// <summary>Gives out response ids and remembers who gave the most recent answers, so that feedback can be credited.</summary>
/// <remarks>
/// The ids of a process count up behind a random prefix, so the count alone says where an answer stands in the ring. The ring holds values and
/// refers to nothing that belongs to a request: thousands of small objects that live just long enough to be promoted would keep the collector busy.
/// </remarks>
internal sealed class RecentResponses(int capacity)
{
    /// <summary>Answers of earlier runs share the profiles of their models, of so many models.</summary>
    private const int MostModels = 1_000;

    private readonly string _prefix = $"hl-{Guid.NewGuid().ToString("N")[..12]}-";
    private readonly Lock _lock = new();
    private readonly RecentResponse[] _ring = new RecentResponse[capacity];
    private readonly Dictionary<string, RecentResponse> _earlier = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldestFirst = [];
    private readonly Dictionary<(string Provider, string Model, string? Version), ModelProfile> _models = [];
    private readonly Dictionary<(string Experiment, string Variant, string Model), ExperimentAssignment> _variants = [];
    private long _last;

    public string NextId() => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{Interlocked.Increment(ref _last):x}");

    public void Remember(string responseId, RecentResponse response)
    {
        if (TryParse(responseId, out var number))
        {
            lock (_lock)
            {
                _ring[number % _ring.Length] = response with { Number = number };
            }
        }
    }

    /// <summary>Remembers a rating of an answer.</summary>
    /// <param name="responseId">The id of the answer.</param>
    /// <param name="rating">The rating.</param>
    /// <param name="response">Who gave it, and its rating before.</param>
    /// <returns>Whether the answer is known: it is one of the most recent of this process, or of those that the journal held when it was read.</returns>
    public bool TryRate(string responseId, double rating, out RecentResponse response)
    {
        lock (_lock)
        {
            if (TryParse(responseId, out var number))
            {
                ref var slot = ref _ring[number % _ring.Length];
                response = slot;
                if (slot.Number == number)
                {
                    slot = slot with { Rating = rating };
                    return true;
                }

                return false;
            }

            if (_earlier.TryGetValue(responseId, out response))
            {
                _earlier[responseId] = response with { Rating = rating };
                return true;
            }

            return false;
        }
    }

    /// <summary>Remembers who gave an answer in an earlier run, as the journal tells it.</summary>
    public void Recall(CallOutcome outcome)
    {
        lock (_lock)
        {
            if (outcome.Status == OutcomeStatus.Rated)
            {
                if (_earlier.TryGetValue(outcome.RequestId, out var rated))
                {
                    _earlier[outcome.RequestId] = rated with { Rating = outcome.Rating };
                }
            }
            else if (outcome.Status == OutcomeStatus.Succeeded && _ring.Length > 0)
            {
                if (_earlier.Count == _ring.Length && !_earlier.ContainsKey(outcome.RequestId))
                {
                    _earlier.Remove(_oldestFirst.Dequeue());
                }

                if (_earlier.TryAdd(outcome.RequestId, new(ModelOf(outcome), outcome.TaskType, outcome.Complexity, outcome.Attempt, outcome.Confidence) { Experiment = VariantOf(outcome) }))
                {
                    _oldestFirst.Enqueue(outcome.RequestId);
                }
            }
        }
    }

    private ModelProfile ModelOf(CallOutcome outcome)
    {
        var key = (outcome.Provider, outcome.Model, outcome.ModelVersion);
        if (!_models.TryGetValue(key, out var model))
        {
            model = new() { Name = outcome.Model, Provider = outcome.Provider, ModelId = outcome.Model, Version = outcome.ModelVersion };
            if (_models.Count < MostModels)
            {
                _models.Add(key, model);
            }
        }

        return model;
    }

    private ExperimentAssignment? VariantOf(CallOutcome outcome)
    {
        if (outcome is not { Experiment: { } experiment, Variant: { } variant })
        {
            return null;
        }

        if (!_variants.TryGetValue((experiment, variant, outcome.Model), out var assignment))
        {
            assignment = new(experiment, variant, outcome.Model);
            if (_variants.Count < MostModels)
            {
                _variants.Add((experiment, variant, outcome.Model), assignment);
            }
        }

        return assignment;
    }

    private bool TryParse(string responseId, out long number)
    {
        number = 0;
        return _ring.Length > 0
            && responseId.StartsWith(_prefix, StringComparison.Ordinal)
            && long.TryParse(responseId.AsSpan(_prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            && number > 0;
    }
}
