namespace HybridLlm;

/// <summary>Which model to use for a task, and what says so.</summary>
/// <remarks>
/// <para>
/// The model with the most attempts is the one in use. Each other model with at least <see cref="LeastAttempts"/> attempts is compared with it at requests of the same
/// complexity, so that a model which got the easy ones does not look better than it is. Success is the share of attempts that succeeded and were not rated below 0.5;
/// duration is the geometric mean of the successful ones.
/// </para>
/// <para>
/// A model is recommended when it succeeds more often (the whole interval of the difference is above 0), or when it succeeds as often (the interval stays above
/// <c>-0.05</c>) and is faster (at least by a tenth, over the whole interval), or costs less (at least by a tenth) and is not slower. Of several, the one that succeeds more often wins, then
/// the faster, then the cheaper one. Otherwise the answer is to keep the model in use, or that there is not enough evidence.
/// </para>
/// <para>
/// Differences of shares: strata weighted as by Mantel and Haenszel, Wilson's limits of each share combined by the method of variance estimates recovery (Zou and Donner,
/// Statistics in Medicine 27, 2008), which for one stratum is Newcombe's method 10 (Statistics in Medicine 17, 1998). Ratios of durations: the same weights, normal
/// limits of the difference of mean logarithms. The confidence is 95 % for a task as a whole: with k models compared, each interval has 1 - 0.05 / k (Bonferroni). The models were
/// not chosen by lot, so a difference may have reasons that the complexity does not show; <c>Routing:Exploration</c> makes the comparison fairer.
/// </para>
/// </remarks>
public sealed record ModelRecommendation
{
    /// <summary>The fewest attempts of a model, within the complexities that it shares with the model in use, that are compared.</summary>
    public const int LeastAttempts = 30;

    /// <summary>Gets the task type.</summary>
    public required string TaskType { get; init; }

    /// <summary>Gets what is recommended.</summary>
    public required RecommendationVerdict Verdict { get; init; }

    /// <summary>Gets the model to use; <see langword="null"/> when there is not enough evidence.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the model that is used most.</summary>
    public required string InUse { get; init; }

    /// <summary>Gets the recommendation in words: <c>use X for tool_selection: 2.1× faster at equal success, n = 84</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets how the other models compare with the one in use, the one with the most attempts first.</summary>
    public required IReadOnlyList<ModelComparison> Evidence { get; init; }
}
