namespace HybridLlm;

/// <summary>The figures of a model at a task. A rate is 0 to 1, and <see langword="null"/> when nothing was counted; times are in milliseconds.</summary>
public sealed record PerformanceSummary
{
    /// <summary>Gets the name of the model; <see langword="null"/> over all models.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the name of the provider; <see langword="null"/> over all providers.</summary>
    public string? Provider { get; init; }

    /// <summary>Gets the task type; <see langword="null"/> over all tasks.</summary>
    public string? TaskType { get; init; }

    /// <summary>Gets how many attempts succeeded, failed or were escalated. One that was given up because its answer was not needed any more does not count.</summary>
    public long Attempts { get; init; }

    /// <summary>Gets how many attempts completed, passed their checks, and gave the answer that was returned.</summary>
    public long Succeeded { get; init; }

    /// <summary>Gets how many attempts failed.</summary>
    public long Failed { get; init; }

    /// <summary>Gets how many attempts gave an answer that was not believed in, so that a stronger model was asked.</summary>
    public long Escalated { get; init; }

    /// <summary>Gets how many attempts were given up: by the caller, or because another model was faster.</summary>
    public long Cancelled { get; init; }

    /// <summary>Gets how many answers came from a cache.</summary>
    public long Cached { get; init; }

    /// <summary>Gets how many ratings users gave.</summary>
    public long Ratings { get; init; }

    /// <summary>Gets the share of the attempts that succeeded.</summary>
    public double? SuccessRate { get; init; }

    /// <summary>Gets where the true share of successes lies (Wilson's interval).</summary>
    public ConfidenceInterval? SuccessInterval { get; init; }

    /// <summary>Gets how many answers somebody judged: users by a rating, or a stronger model by its own answer after an escalation.</summary>
    public long Judged { get; init; }

    /// <summary>
    /// Gets the share of the judged answers that were right: rated 0.5 or better, and after an escalation as far as the stronger model said the same. Answers are escalated
    /// because they are doubtful, and users rate what strikes them, so this is not the share among all answers.
    /// </summary>
    public double? Accuracy { get; init; }

    /// <summary>Gets the time within which half of the successful attempts had their whole answer, at most 3 % off.</summary>
    public double? LatencyP50Ms { get; init; }

    /// <summary>Gets the time within which 95 of 100 successful attempts had their whole answer, at most 3 % off.</summary>
    public double? LatencyP95Ms { get; init; }

    /// <summary>Gets the time within which 99 of 100 successful attempts had their whole answer, at most 3 % off.</summary>
    public double? LatencyP99Ms { get; init; }

    /// <summary>Gets the mean time until the whole answer over the successful attempts.</summary>
    public double? LatencyMeanMs { get; init; }

    /// <summary>Gets the mean time until the first content over the successful attempts where it was seen.</summary>
    public double? TimeToFirstTokenMs { get; init; }

    /// <summary>Gets the mean of the generated tokens per second over the successful attempts where they are known.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Gets the share of the attempts whose answer was not believed in.</summary>
    public double? EscalationRate { get; init; }

    /// <summary>Gets the share of the escalations that were right: where both answers could be compared, the stronger model did not say the same.</summary>
    public double? EscalationAccuracy { get; init; }

    /// <summary>Gets the share of the attempts that were made because another model had failed.</summary>
    public double? FallbackRate { get; init; }

    /// <summary>Gets the share of the answers that came from a cache; <see langword="null"/> when none did, since without a cache there is nothing to count.</summary>
    public double? CacheHitRate { get; init; }

    /// <summary>Gets the mean of the users' ratings, 0 to 1.</summary>
    public double? Satisfaction { get; init; }

    /// <summary>Gets the tokens of the prompts of all attempts, as far as they are known.</summary>
    public long InputTokens { get; init; }

    /// <summary>Gets the tokens of the answers of all attempts, as far as they are known.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Gets how many answers there are whose tokens nobody told. Tokens and cost are too low by theirs.</summary>
    public long Unmetered { get; init; }

    /// <summary>Gets how long models worked in all, over all attempts.</summary>
    public double BusyMs { get; init; }

    /// <summary>Gets the share of that time whose answer was not used: failed, escalated and given-up attempts.</summary>
    public double? LostShare { get; init; }

    /// <summary>Gets the memory that the model takes, in megabytes; <see langword="null"/> when it is not known, and over all models.</summary>
    public int? MemoryMB { get; init; }

    /// <summary>
    /// Gets what all attempts cost: their tokens times the present prices of the model, in the currency of the prices. <see langword="null"/> when a price is not known; that of a
    /// local model is 0 unless configured.
    /// </summary>
    public double? Cost { get; init; }

    /// <summary>Gets the time of the first outcome; <see langword="null"/> when there is none.</summary>
    public DateTimeOffset? First { get; init; }

    /// <summary>Gets the time of the last outcome; <see langword="null"/> when there is none.</summary>
    public DateTimeOffset? Last { get; init; }
}
