using System.Collections.Concurrent;
using HybridLlm.Learning;
using HybridLlm.Metrics.Sums;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Metrics;

/// <summary>Learns in memory from outcomes how each model does at each task type and complexity.</summary>
/// <remarks>
/// <para>
/// A cell is what is known of a model at a task type; it holds the statistics over all complexities and at each. Every call
/// makes the calls before it weigh a factor less, such that the weight has halved after <see cref="MetricsOptions.HalfLife"/>
/// calls of the cell. Averages and percentiles are over successes; a value that is not a number, negative or absurd is left
/// out of its average, and the rest of the outcome counts.
/// </para>
/// <para>
/// Ratings: the cell keeps their decayed mean. A rating below <see cref="FailureBelowRating"/> also takes the weight of one
/// success away from the decayed success rate: the weight that a call had which ended as the first rating came. That is the
/// request's own success but for the few calls that ended between the answer and its rating; <see cref="ModelPerformance.Successes"/>,
/// which counts attempts, stays. A later rating of the same request replaces the earlier one in the mean, with the age of the
/// first, and takes back or gives back the success: rating twice is rating once. That holds for as many rated requests as
/// <see cref="MetricsOptions.FeedbackWindow"/> says; a rating of an older one counts as the first.
/// </para>
/// </remarks>
internal sealed class PerformanceTracker : IPerformanceTracker, IMeasurementSource
{
    /// <summary>The rating below which an answer counts as a failure.</summary>
    public const double FailureBelowRating = 0.5;

    /// <summary>How many sets of statistics there may be, of about 1.2 KB each: 60 MB for an application that makes up task types.</summary>
    public const int DefaultMaxCells = 50_000;

    /// <summary>After so many half-lives a call weighs 0.4 %.</summary>
    private const double HalfLivesOfMemory = 8;

    // By task type, then by model: a choice looks at many models for one task, and finds the dictionary of that task warm. Two lookups by
    // string, because the dictionaries hash a string key faster than a pair of strings.
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, TaskCell>> _tasks = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, ModelBelief> _models = new(StringComparer.Ordinal);
    private readonly LearnerSettings _learning;
    private readonly Lock _creation = new();
    private readonly Lock _rating = new();
    private readonly RatedRequests _rated;
    private readonly double _halfLife;
    private readonly CellBudget _budget;

    /// <param name="options">The half-life and the feedback window; read once.</param>
    /// <param name="logger">Told once when the limit is reached.</param>
    /// <param name="learning">How quickly beliefs are formed and given up; <see langword="null"/> for the defaults.</param>
    /// <param name="maxCells">How many sets of statistics there may be; beyond, outcomes of what is not known yet are not learned from.</param>
    /// <exception cref="ArgumentOutOfRangeException">The half-life is below 1 or not a number.</exception>
    public PerformanceTracker(MetricsOptions options, ILogger? logger = null, LearnerSettings? learning = null, int maxCells = DefaultMaxCells)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.HalfLife >= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.HalfLife, "HybridLlm:Metrics:HalfLife must be 1 or more.");
        }

        _halfLife = options.HalfLife;
        _learning = learning ?? new();
        _rated = new RatedRequests(options.FeedbackWindow);
        _budget = new CellBudget(maxCells, logger ?? NullLogger.Instance);
    }

    /// <summary>Gets how quickly beliefs are formed and given up.</summary>
    public LearnerSettings Learning => _learning;

    /// <summary>Gets how often an outcome, or its complexity, was not learned from because there were too many cells.</summary>
    public long Refused => _budget.Refused;

    /// <summary>Tells whether of a cell only so many calls need be learned from again: before them the statistics weigh next to nothing, and beliefs little enough for an average.</summary>
    public bool RemembersAtMost(int calls) => _halfLife * HalfLivesOfMemory <= calls && _learning.HalfLife <= calls;

    /// <inheritdoc />
    public void Record(CallOutcome outcome) => Learn(outcome);

    /// <summary>Takes what attempts of long ago came to, of which only the sum is known.</summary>
    public void Credit(CellKey key, CellCount count) => (FindCell(key.Model, key.TaskType) ?? Create(key.Model, key.TaskType))?.Credit(key.Complexity, count);

    /// <summary>Takes an outcome and returns the cell that learned from it; <see langword="null"/> when there are too many cells.</summary>
    public TaskCell? Learn(CallOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome.Status == OutcomeStatus.Shadowed)
        {
            // That a candidate says something else does not make it wrong.
            return null;
        }

        var cell = FindOrCreate(outcome.Model, outcome.TaskType);
        if (outcome.Status == OutcomeStatus.Rated)
        {
            Rate(cell, outcome);
        }
        else
        {
            cell?.Add(outcome);
        }

        return cell;
    }

    /// <inheritdoc />
    public ModelPerformance GetPerformance(string model, string taskType) => Read(FindCell(model, taskType)?.All, model, taskType);

    /// <inheritdoc />
    public ModelPerformance GetPerformance(string model, string taskType, ComplexityLevel complexity) =>
        Read(FindCell(model, taskType)?.At(complexity), model, taskType);

    /// <inheritdoc />
    public IReadOnlyList<ModelPerformance> GetAll() =>
        [.. GetCells()
            .OrderBy(static cell => cell.Model, StringComparer.Ordinal)
            .ThenBy(static cell => cell.TaskType, StringComparer.Ordinal)
            .Select(static cell => Read(cell.All, cell.Model, cell.TaskType))];

    /// <inheritdoc />
    public ConcurrentDictionary<string, TaskCell>? FindTask(string taskType) => _tasks.GetValueOrDefault(taskType);

    /// <inheritdoc />
    public PromptModels Prompts { get; } = new();

    /// <summary>Finds what is known of a model at a task; <see langword="null"/> when nothing is.</summary>
    public TaskCell? FindCell(string model, string taskType) =>
        _tasks.TryGetValue(taskType, out var models) && models.TryGetValue(model, out var cell) ? cell : null;

    /// <inheritdoc />
    public ModelBelief? FindBelief(string model) => _models.GetValueOrDefault(model);

    /// <summary>Gets what is known of a model at a task; <see langword="null"/> when nothing is, and there are too many cells.</summary>
    public TaskCell? FindOrCreate(string model, string taskType) => FindCell(model, taskType) ?? Create(model, taskType);

    public IEnumerable<TaskCell> GetCells() => _tasks.SelectMany(static task => task.Value.Select(static model => model.Value));

    private static ModelPerformance Read(DecayedStatistics? statistics, string model, string taskType)
    {
        if (statistics is null)
        {
            return new ModelPerformance { Model = model, TaskType = taskType };
        }

        statistics.Read(out var snapshot);
        return snapshot.ToPerformance(model, taskType);
    }

    private TaskCell? Create(string model, string taskType)
    {
        lock (_creation)
        {
            if (FindCell(model, taskType) is { } cell)
            {
                return cell;
            }

            if (!_budget.TryTake())
            {
                return null;
            }

            var belief = _models.GetOrAdd(model, static (_, settings) => new(settings), _learning).AddTask();
            cell = new TaskCell(model, taskType, _halfLife, belief, _budget);
            _tasks.GetOrAdd(taskType, static _ => new(concurrencyLevel: 1, capacity: 5, StringComparer.Ordinal))[model] = cell;
            return cell;
        }
    }

    private void Rate(TaskCell? cell, CallOutcome outcome)
    {
        if (cell is not null && outcome.Rating is >= 0 and <= 1 and var rating)
        {
            lock (_rating)
            {
                cell.Rate(_rated.GetOrAdd(outcome.RequestId, cell, outcome.Complexity), rating);
            }
        }
    }
}
