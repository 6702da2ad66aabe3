using System.Collections.Concurrent;
using HybridLlm.Metrics;

namespace HybridLlm.Selection;

/// <summary>The routing policy of one task type, worked out once per configuration and catalog.</summary>
internal sealed class TaskPolicy
{
    /// <summary>The least assumed speed, so that an expected duration stays finite.</summary>
    private const double LeastSpeed = 0.01;

    private readonly Strategy[] _byComplexity;
    private volatile MeasuredModels? _measured;

    public TaskPolicy(string taskType, SelectionSnapshot snapshot)
    {
        snapshot.Routing.Tasks.TryGetValue(taskType, out var options);
        var preferred = Preferred(snapshot, options);
        var listed = options?.Models.Count > 0;
        Models = new TaskModel[snapshot.Models.Length];
        for (var i = 0; i < Models.Length; i++)
        {
            var notListed = listed && !preferred.Contains(i);
            Models[i] = Assume(snapshot.Models[i].Model, taskType, notListed);
        }

        NotListed = $"not among the models of {taskType}";
        var isMeant = Array.Exists(Models, static model => model.IsMeant);
        if (preferred.Count == 0 && !isMeant && snapshot.Routing.DefaultModel is { } name && snapshot.IndexOf(name) is { } index)
        {
            preferred.Add(index);
        }

        PreferredCount = preferred.Count;
        HasPreferences = preferred.Count > 0 || isMeant;
        RewardsSmallModels = taskType == TaskTypes.ToolSelection;
        Order = InOrder(preferred, snapshot);
        _byComplexity = Strategies(taskType, options, ColdWords(taskType, options, isMeant, preferred.Count > 0));
    }

    /// <summary>Gets what is assumed of each model, in the order of the snapshot.</summary>
    public TaskModel[] Models { get; }

    /// <summary>Gets the models, preferred ones first: the order in which ties are settled.</summary>
    public int[] Order { get; }

    /// <summary>Gets how many models at the start of <see cref="Order"/> are preferred to those behind them while nothing is measured.</summary>
    public int PreferredCount { get; }

    /// <summary>Gets whether any model is preferred to others while nothing is measured.</summary>
    public bool HasPreferences { get; }

    /// <summary>Gets whether a small model whose success is high gets something on top.</summary>
    public bool RewardsSmallModels { get; }

    /// <summary>Gets why a model is not used that is not listed for the task.</summary>
    public string NotListed { get; }

    /// <summary>Gets what a tracker knows of the models at the task; <see langword="null"/> when it knows nothing.</summary>
    /// <param name="tracked">What the tracker knows, by the names of models.</param>
    public MeasuredModels? Measured(ConcurrentDictionary<string, TaskCell>? tracked)
    {
        var measured = _measured;
        return tracked is null ? null
            : measured?.Are(tracked) == true ? measured
            : _measured = new(tracked, Models.Length);
    }

    /// <summary>Gets how the routes of a request are put in order.</summary>
    public Strategy StrategyFor(RequestPriority priority, ComplexityLevel complexity) => priority switch
    {
        RequestPriority.ResponseTime => Strategy.ResponseTime,
        RequestPriority.Quality => Strategy.BestQuality,
        _ => _byComplexity[Math.Clamp((int)complexity, 0, _byComplexity.Length - 1)],
    };

    private static List<int> Preferred(SelectionSnapshot snapshot, TaskRoutingOptions? options)
    {
        var preferred = new List<int>();
        if (options is not null)
        {
            Add(options.Default);
            foreach (var name in options.Models)
            {
                Add(name);
            }
        }

        return preferred;

        void Add(string? name)
        {
            if (name is not null && snapshot.IndexOf(name) is { } index && !preferred.Contains(index))
            {
                preferred.Add(index);
            }
        }
    }

    private static TaskModel Assume(ModelProfile model, string taskType, bool notListed)
    {
        model.Tasks.TryGetValue(taskType, out var preset);
        RejectionReason? rejection = notListed ? RejectionReason.NotListedForTask
            : preset?.Suitable == false ? RejectionReason.NotSuitable
            : null;

        // A backend that holds answers to a schema is as good as said to be meant for structured output.
        var isMeant = preset?.Suitable ?? (taskType == TaskTypes.StructuredOutput && (model.Features & LlmFeatures.JsonSchema) != 0);
        return new(
            Math.Clamp(preset?.Quality ?? model.Quality, 0, 1),
            Math.Clamp(preset?.Speed ?? model.Speed, LeastSpeed, 1),
            isMeant,
            rejection);
    }

    private static int[] InOrder(List<int> preferred, SelectionSnapshot snapshot)
    {
        var order = new List<int>(preferred);
        if (snapshot.IndexOf(snapshot.Routing.DefaultModel ?? RoutingOptions.BuiltInDefaultModel) is { } @default && !order.Contains(@default))
        {
            order.Add(@default);
        }

        var seen = new bool[snapshot.Models.Length];
        order.ForEach(index => seen[index] = true);
        for (var i = 0; i < seen.Length; i++)
        {
            if (!seen[i])
            {
                order.Add(i);
            }
        }

        return [.. order];
    }

    private static Strategy[] Strategies(string taskType, TaskRoutingOptions? options, string coldWords)
    {
        var configured = options?.Weights is { } weights ? Weights.From(weights) : null;
        var measured = configured ?? BuiltInWeights.For(taskType);
        var strategies = new Strategy[3];
        for (var complexity = ComplexityLevel.Simple; complexity <= ComplexityLevel.Complex; complexity++)
        {
            // Weights that somebody configured are meant from the first request on; the built-in ones wait for something to weigh.
            var shifted = measured.For(complexity);
            strategies[(int)complexity] = configured is null
                ? new(Weights.BestQuality, shifted, coldWords) { IsBalanced = true }
                : new(shifted, shifted, $"{coldWords}; the configured weights {shifted}") { IsBalanced = true };
        }

        return strategies;
    }

    private static string ColdWords(string taskType, TaskRoutingOptions? options, bool isMeant, bool hasPreferred) =>
        "nothing measured yet: " + (options?.Default is not null && hasPreferred ? "the default of the task, then its list"
        : options?.Models.Count > 0 ? "the order in which models are listed for the task"
        : taskType == TaskTypes.StructuredOutput ? "the best structured model"
        : isMeant ? "the best quality, models meant for the task ahead"
        : hasPreferred ? "the default model, then the best quality"
        : "the best quality");
}
