namespace HybridLlm;

/// <summary>Whether a model can be called now.</summary>
/// <param name="State">The state.</param>
/// <param name="RetryAt">When it is next worth asking; <see langword="null"/> when that is not known.</param>
/// <param name="Detail">Why it cannot be called, in words; <see langword="null"/> when it can.</param>
public readonly record struct RouteAvailability(RouteState State, DateTimeOffset? RetryAt = null, string? Detail = null)
{
    /// <summary>Gets how long it takes until the model is in memory; zero when it is there or nobody knows.</summary>
    public TimeSpan Load { get; init; }

    /// <summary>Gets how many answers of the model's usual length are waited for before it begins with a new request; 0 when there is a place.</summary>
    public double Turns { get; init; }
}
