using Neo4j.Driver;

namespace HybridLlm.Neo4j.Bolt;

/// <summary>Makes the official driver.</summary>
internal static class BoltDriver
{
    // The longest that it waits for a connection to be made by itself; the limit of the whole statement is the caller's.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Makes a driver.</summary>
    public static IDriver Create(Neo4jMetricsOptions options) => GraphDatabase.Driver(
        options.Uri,
        options.Password is { } password ? AuthTokens.Basic(options.User, password) : AuthTokens.None,
        builder => builder
            .WithMaxConnectionPoolSize(options.MaxConcurrency)
            .WithConnectionTimeout(ConnectTimeout)
            .WithConnectionAcquisitionTimeout(options.Timeout)
            .WithMaxConnectionLifetime(TimeSpan.FromMinutes(10))
            .WithConnectionIdleTimeout(TimeSpan.FromMinutes(5))

            // A server that was restarted, or something between, may have closed an idle connection; the driver sees it only when it asks, which takes one round trip.
            .WithConnectionLivenessCheckTimeout(TimeSpan.Zero)
            .WithNotificationsDisabled()
            .WithTelemetryDisabled()
            .WithUserAgent("HybridLlm.Neo4j"));
}
