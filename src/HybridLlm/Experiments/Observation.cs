namespace HybridLlm.Experiments;

/// <summary>What one request came to with a variant.</summary>
/// <param name="Time">When it was known.</param>
/// <param name="Score">How good it was, 0 to 1.</param>
/// <param name="DurationMs">How long the answer took, in milliseconds; <see langword="null"/> where there was none, or it is not what is observed.</param>
internal readonly record struct Observation(DateTimeOffset Time, double Score, double? DurationMs);
