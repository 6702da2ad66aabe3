namespace HybridLlm;

/// <summary>How models are discovered.</summary>
public sealed class CatalogOptions
{
    /// <summary>Gets or sets which models are used that are not configured. Default: <see cref="ModelDiscovery.Auto"/>.</summary>
    public ModelDiscovery Discovery { get; set; }

    /// <summary>Gets or sets how often providers are asked for their models and their health, 100 milliseconds to 24 hours. Default: 15 seconds.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(15);
}
