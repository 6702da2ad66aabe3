namespace HybridLlm;

/// <summary>The options of HybridLlm, bound from the section <c>HybridLlm</c>.</summary>
public sealed class HybridLlmOptions
{
    /// <summary>The name of the section.</summary>
    public const string SectionName = "HybridLlm";

    /// <summary>Gets the backends, by name.</summary>
    public IDictionary<string, ProviderOptions> Providers { get; } = new Dictionary<string, ProviderOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the models, by name.</summary>
    public IDictionary<string, ModelOptions> Models { get; } = new Dictionary<string, ModelOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the routing policy.</summary>
    public RoutingOptions Routing { get; set; } = new();

    /// <summary>Gets or sets the time budgets.</summary>
    public TimeoutOptions Timeouts { get; set; } = new();

    /// <summary>Gets or sets how failures are met.</summary>
    public ResilienceOptions Resilience { get; set; } = new();

    /// <summary>Gets or sets what becomes of measurements.</summary>
    public MetricsOptions Metrics { get; set; } = new();

    /// <summary>Gets or sets how models are discovered.</summary>
    public CatalogOptions Catalog { get; set; } = new();

    /// <summary>Gets or sets what is told to OpenTelemetry.</summary>
    public TelemetryOptions Telemetry { get; set; } = new();
}
