namespace HybridLlm;

/// <summary>An experiment: some requests are answered in one way, others in another, and it is measured which is better.</summary>
/// <remarks>Data classes, rules and what models can do stand above it, and it changes nothing by itself: it recommends.</remarks>
public sealed class ExperimentOptions
{
    /// <summary>Gets or sets the name. Results are kept under it, so an experiment whose variants change is another one and needs another name.</summary>
    public string? Name { get; set; }

    /// <summary>Gets or sets the task type of the requests that take part; <see langword="null"/>, the default, for all.</summary>
    public string? Task { get; set; }

    /// <summary>
    /// Gets or sets the key of <see cref="LlmRequest.Metadata"/> that says whom a request comes from. Whoever it is always gets the same variant. Requests without it
    /// go by <see cref="LlmRequest.Conversation"/>, and those without that by their own id. Default: <c>user</c>.
    /// </summary>
    public string Key { get; set; } = "user";

    /// <summary>Gets or sets the share of keys that take part, above 0 to 1. Default: 1.</summary>
    public double Share { get; set; } = 1;

    /// <summary>Gets or sets the variant that the others are compared with. <see langword="null"/>, the default, for the first by name.</summary>
    public string? Control { get; set; }

    /// <summary>Gets or sets what is compared. Default: <see cref="ExperimentMetric.Success"/>.</summary>
    public ExperimentMetric Metric { get; set; }

    /// <summary>Gets or sets how likely it may be, at most, that a difference is found where there is none, above 0 to 0.5. Default: 0.05.</summary>
    public double Alpha { get; set; } = 0.05;

    /// <summary>
    /// Gets or sets how many times as long as the control a better variant may take, 1 to 100: a variant that takes longer in most pairs of calls is not recommended
    /// without saying so. Default: 1.5.
    /// </summary>
    public double LatencyTolerance { get; set; } = 1.5;

    /// <summary>Gets the variants, two or more, by name. A number in place of a variant is its weight, and its name is that of its model.</summary>
    public IDictionary<string, VariantOptions> Variants { get; } = new Dictionary<string, VariantOptions>(StringComparer.Ordinal);
}
