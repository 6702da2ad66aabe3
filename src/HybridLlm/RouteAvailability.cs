namespace HybridLlm;

/// <summary>Whether a model can be called now.</summary>
/// <param name="State">The state.</param>
/// <param name="RetryAt">When it is next worth asking; <see langword="null"/> when that is not known.</param>
/// <param name="Detail">Why it cannot be called, in words; <see langword="null"/> when it can.</param>
public readonly record struct RouteAvailability(RouteState State, DateTimeOffset? RetryAt = null, string? Detail = null);
