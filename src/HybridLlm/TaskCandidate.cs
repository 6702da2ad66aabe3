namespace HybridLlm;

/// <summary>A task type that a request may be of.</summary>
/// <param name="TaskType">The task type.</param>
/// <param name="Probability">How likely it is, from 0 to 1.</param>
public readonly record struct TaskCandidate(string TaskType, double Probability);
