namespace HybridLlm;

/// <summary>How the router learns which model succeeds at what, and how freely it acts on it.</summary>
public sealed class LearningOptions
{
    /// <summary>
    /// Gets or sets the number of calls of a model at a task type and complexity after which the weight of a call has halved in what is expected of its
    /// success, 1 to 1,000,000; read when the application starts. Default: 200.
    /// </summary>
    public double HalfLife { get; set; } = 200;

    /// <summary>
    /// Gets or sets the weight of what is known of a model elsewhere (at other tasks, at other complexities) against what was measured at the very task and
    /// complexity, in calls, above 0 to 1,000,000. Default: 5.
    /// </summary>
    public double PriorMass { get; set; } = 5;

    /// <summary>
    /// Gets or sets how many calls of surprise it takes before a model counts as changed, so that all that is expected of it becomes unsure again, 0 (never)
    /// to 1,000,000; read when the application starts. Lower finds changes sooner, and some that are none. Default: 8.
    /// </summary>
    public double DriftThreshold { get; set; } = 8;

    /// <summary>Gets or sets what the random numbers of exploring follow from: the same seed and requests, the same choices. Default: 0.</summary>
    public int Seed { get; set; }

    /// <summary>Gets or sets by how much another model's score must be ahead before a conversation leaves the model that answers it, 0 to 10. Default: 0.1.</summary>
    public double SwitchMargin { get; set; } = 0.1;

    /// <summary>
    /// Gets or sets how many conversations are remembered with the model that answers them, 0 (none) to 10,000,000; read when the application starts. Default: 10,000.
    /// </summary>
    public int Conversations { get; set; } = 10_000;

    /// <summary>Gets whether and of how many models the words of prompts are learned from.</summary>
    public PerPromptOptions PerPrompt { get; } = new();
}
