namespace HybridLlm;

/// <summary>The routing policy.</summary>
public sealed class RoutingOptions
{
    /// <summary>The name of the built-in default model: Mistral 7B, under the Apache-2.0 licence.</summary>
    public const string BuiltInDefaultModel = "mistral:7b";

    /// <summary>
    /// Gets or sets the model that is preferred where nothing else decides. <see langword="null"/> for <see cref="BuiltInDefaultModel"/>, if a provider serves it.
    /// </summary>
    public string? DefaultModel { get; set; }

    /// <summary>Gets or sets the measured accuracy below which a model is dropped for a task, 0 to 1. Default: 0.3.</summary>
    public double AccuracyFloor { get; set; } = 0.3;

    /// <summary>Gets or sets the measured accuracy above which a model is boosted for a task, 0 to 1. Default: 0.7.</summary>
    public double AccuracyBoostAbove { get; set; } = 0.7;

    /// <summary>Gets or sets what the boost adds to the score, 0 to 1. Default: 0.2.</summary>
    public double AccuracyBoost { get; set; } = 0.2;

    /// <summary>Gets or sets how many recent calls it takes before measured accuracy drops or boosts a model, above 0 to 1,000,000. Default: 5.</summary>
    public double MinimumEvidence { get; set; } = 5;

    /// <summary>
    /// Gets or sets the weight of the configured profile against measurements, in calls, above 0 to 1,000,000: after as many calls both count the same. Default: 4.
    /// </summary>
    public double PriorStrength { get; set; } = 4;

    /// <summary>
    /// Gets or sets the confidence in an answer below which a stronger model is asked, 0 to 1, such as 0.6. <see langword="null"/>, the default, and 0 for never:
    /// a second call costs time, and its model may stand elsewhere.
    /// </summary>
    public double? EscalationThreshold { get; set; }

    /// <summary>Gets or sets how far escalation goes.</summary>
    public EscalationOptions Escalation { get; set; } = new();

    /// <summary>
    /// Gets or sets the share of requests that may go to another model than the best known one, to learn of it, 0 to 1. Requests to which the time or the
    /// quality matters most (<see cref="RequestPriority"/>), those that name a model and conversations under way never do. Default: 0.05.
    /// </summary>
    public double Exploration { get; set; } = 0.05;

    /// <summary>Gets or sets how is learned which model succeeds at what.</summary>
    public LearningOptions Learning { get; set; } = new();

    /// <summary>Gets or sets how many routes a request may try, 1 to 20. Default: 5.</summary>
    public int MaxRoutes { get; set; } = 5;

    /// <summary>Gets or sets how many requests of a batch run at once, 1 to 1,000. Default: 8.</summary>
    public int BatchConcurrency { get; set; } = 8;

    /// <summary>Gets or sets what applies to every task and model that says nothing else.</summary>
    public GenerationDefaults Defaults { get; set; } = new();

    /// <summary>Gets what differs per task type.</summary>
    public IDictionary<string, TaskRoutingOptions> Tasks { get; } = new Dictionary<string, TaskRoutingOptions>(StringComparer.Ordinal);

    /// <summary>
    /// Gets the data classes: where the words of requests may go. <see cref="DataClasses.Public"/> (anywhere) and <see cref="DataClasses.LocalOnly"/> exist without
    /// being configured.
    /// </summary>
    public IDictionary<string, DataClassOptions> DataClasses { get; } = new Dictionary<string, DataClassOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the data class of requests that name none. <see langword="null"/>, the default, for <see cref="DataClasses.Public"/>.</summary>
    public string? DefaultDataClass { get; set; }

    /// <summary>Gets the rules, tried in order of <see cref="RuleOptions.Priority"/>, then as they stand.</summary>
    public IList<RuleOptions> Rules { get; } = [];

    /// <summary>Gets the experiments. A request takes part in the first that it fits.</summary>
    public IList<ExperimentOptions> Experiments { get; } = [];

    /// <summary>Gets or sets which requests are mirrored to a candidate.</summary>
    public ShadowOptions Shadow { get; set; } = new();
}
