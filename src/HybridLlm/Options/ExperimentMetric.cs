namespace HybridLlm;

/// <summary>What an experiment compares.</summary>
public enum ExperimentMetric
{
    /// <summary>Of the first call of each request: 1 when it succeeded, 0 when it failed; where a stronger model was asked instead, how far both said the same.</summary>
    Success,

    /// <summary>The first rating of each answer, 0 to 1. Answers that nobody rated do not count.</summary>
    Rating,
}
