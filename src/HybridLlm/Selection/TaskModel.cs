namespace HybridLlm.Selection;

/// <summary>What is assumed of a model at a task type before anything is measured.</summary>
/// <param name="Quality">The assumed quality, and the assumed success rate, 0 to 1.</param>
/// <param name="Speed">The assumed speed, above 0 to 1.</param>
/// <param name="IsMeant">Whether the model is said to be meant for the task.</param>
/// <param name="Rejection">Why the policy keeps it off the task; <see langword="null"/> when it does not.</param>
internal readonly record struct TaskModel(double Quality, double Speed, bool IsMeant, RejectionReason? Rejection);
