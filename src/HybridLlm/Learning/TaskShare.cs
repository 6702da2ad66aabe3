namespace HybridLlm.Learning;

/// <summary>A task that a request may be of.</summary>
/// <param name="Task">The task.</param>
/// <param name="Share">How likely the request is of it, above 0 up to 1; what is told of one request adds up to 1.</param>
internal readonly record struct TaskShare(string Task, double Share);
