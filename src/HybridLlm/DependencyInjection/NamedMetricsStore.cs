namespace HybridLlm.DependencyInjection;

/// <summary>A metrics store that the options can name.</summary>
internal sealed record NamedMetricsStore(string Name, Func<IServiceProvider, IMetricsStore> Create);
