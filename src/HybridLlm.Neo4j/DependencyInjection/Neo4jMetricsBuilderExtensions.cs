using HybridLlm;
using HybridLlm.Neo4j;
using HybridLlm.Neo4j.Http;
using HybridLlm.Neo4j.Spool;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the metrics store <c>Neo4j</c>.</summary>
public static class Neo4jMetricsBuilderExtensions
{
    /// <summary>The name of the store, as written in <c>HybridLlm:Metrics:Store</c>.</summary>
    private const string StoreName = "Neo4j";

    /// <summary>
    /// Keeps outcomes in Neo4j, unless the configuration names another store in <c>HybridLlm:Metrics:Store</c>.
    /// </summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <param name="configure">Sets the options on top of <c>HybridLlm:Metrics:Neo4j</c>; <see langword="null"/> to leave them as configured.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddNeo4jMetrics(this IHybridLlmBuilder builder, Action<Neo4jMetricsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (configure is not null)
        {
            builder.Services.Configure<HybridLlmOptions>(options => configure(options.Metrics.Neo4j));
        }

        if (builder.Services.Any(static service => service.ServiceType == typeof(Neo4jRegistration)))
        {
            return builder;
        }

        builder.Services.AddSingleton<Neo4jRegistration>();

        // Before all others, so that what the configuration says comes after it.
        builder.Services.Insert(
            0, ServiceDescriptor.Singleton<IConfigureOptions<HybridLlmOptions>>(new ConfigureOptions<HybridLlmOptions>(static options => options.Metrics.Store = StoreName)));
        builder.Services.AddHttpClient(QueryApiTransport.ClientName)
            .ConfigurePrimaryHttpMessageHandler(static () => QueryApiTransport.CreateHandler())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        return builder.AddMetricsStore(StoreName, Create);
    }

    private static Neo4jMetricsStore Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptionsMonitor<HybridLlmOptions>>().CurrentValue.Metrics;
        return new(
            Transports.Create(options.Neo4j, services.GetRequiredService<IHttpClientFactory>()),
            options.Neo4j,
            SpoolPath.Resolve(options),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<Neo4jMetricsStore>>());
    }

    /// <summary>Says that the store is registered.</summary>
    private sealed class Neo4jRegistration;
}
