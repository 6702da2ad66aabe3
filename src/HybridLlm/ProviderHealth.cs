namespace HybridLlm;

/// <summary>What a health check of a backend found.</summary>
/// <param name="Status">The state.</param>
/// <param name="Description">The reason in words; <see langword="null"/> when there is nothing to say.</param>
public sealed record ProviderHealth(ProviderHealthStatus Status, string? Description = null)
{
    /// <summary>Gets a healthy state without a description.</summary>
    public static ProviderHealth Healthy { get; } = new(ProviderHealthStatus.Healthy);
}
