namespace HybridLlm.Metrics.Sums;

/// <summary>What is learned apart: a model at a task and complexity.</summary>
internal readonly record struct CellKey(string Model, string TaskType, ComplexityLevel Complexity);
