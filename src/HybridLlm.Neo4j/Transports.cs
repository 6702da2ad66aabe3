using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Http;

namespace HybridLlm.Neo4j;

/// <summary>Chooses how to talk to the database, by the scheme of its address.</summary>
internal static class Transports
{
    /// <summary>Makes the transport.</summary>
    /// <exception cref="NotSupportedException">The address needs the official driver, and this build is without it.</exception>
    public static ICypherTransport Create(Neo4jMetricsOptions options, IHttpClientFactory clients) =>
        new Uri(options.Uri).Scheme is "http" or "https"
            ? new QueryApiTransport(clients, options)
#if NEO4J_DRIVER
            : new Bolt.BoltTransport(options);
#else
            : throw new NotSupportedException(
                $"HybridLlm:Metrics:Neo4j:Uri is '{options.Uri}', which needs the official driver, and this build of HybridLlm.Neo4j is without it. " +
                "Either write the HTTP address of the server instead, such as http://localhost:7474, or build the package with -p:UseNeo4jDriver=true.");
#endif
}
