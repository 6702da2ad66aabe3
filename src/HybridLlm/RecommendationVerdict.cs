namespace HybridLlm;

/// <summary>What is recommended.</summary>
public enum RecommendationVerdict
{
    /// <summary>There are too few attempts, or of one model only, to say anything.</summary>
    NotEnoughEvidence,

    /// <summary>No other model is shown to do better than the one that is used most.</summary>
    Keep,

    /// <summary>Another model does better than the one that is used most.</summary>
    Switch,
}
