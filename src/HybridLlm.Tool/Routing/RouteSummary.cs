namespace HybridLlm.Tool.Routing;

/// <summary>How a run went. What needs scores is <see langword="null"/> without them.</summary>
internal sealed record RouteSummary
{
    public required string Mode { get; init; }

    public required int Rows { get; init; }

    /// <summary>The rows that were learned from; of each fold, when there are folds.</summary>
    public required int LearnedFrom { get; init; }

    public int? Folds { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    public required bool TrueTasks { get; init; }

    public int WithScores { get; init; }

    /// <summary>The mean score of ours.</summary>
    public double? Score { get; init; }

    /// <summary>Ours and what it is compared with.</summary>
    public IReadOnlyList<PolicyResult>? Policies { get; init; }

    /// <summary>How often each model was chosen.</summary>
    public required IReadOnlyDictionary<string, int> Chosen { get; init; }

    /// <summary>The tasks within which the way a prompt is built made a difference, and in how many folds.</summary>
    public IReadOnlyDictionary<string, int>? AdjustedTasks { get; init; }

    /// <summary>How it went while learning, in the online mode.</summary>
    public OnlineSummary? Online { get; init; }
}
