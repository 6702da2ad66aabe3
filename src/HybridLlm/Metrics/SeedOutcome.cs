namespace HybridLlm.Metrics;

/// <summary>An outcome to be learned from at once.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Prompt">The features of its prompt; <see langword="null"/> when there is none.</param>
internal readonly record struct SeedOutcome(CallOutcome Outcome, ushort[]? Prompt);
