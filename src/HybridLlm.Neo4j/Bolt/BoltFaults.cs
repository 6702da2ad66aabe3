using HybridLlm.Neo4j.Cypher;
using Neo4j.Driver;

namespace HybridLlm.Neo4j.Bolt;

/// <summary>Says what an exception of the driver means and what to do about it.</summary>
/// <remarks>
/// Whatever the driver throws comes out as a <see cref="Neo4jMetricsException"/>, since outcomes are kept on disk after such a one only. Some of what it throws is no
/// <see cref="Neo4jException"/>: a server that speaks no Bolt is a <see cref="NotSupportedException"/>, its own limits of time may be an
/// <see cref="OperationCanceledException"/>, which would look as if the caller had given up.
/// </remarks>
internal static class BoltFaults
{
    private const string Uri = "HybridLlm:Metrics:Neo4j:Uri";

    /// <summary>Makes the exception.</summary>
    public static Neo4jMetricsException Explain(Exception exception, Neo4jMetricsOptions options)
    {
        // Behind a failure to find a member of a cluster stands what the members said.
        var causes = Causes(exception).ToList();
        if (causes.OfType<Neo4jException>().FirstOrDefault(static cause => !string.IsNullOrEmpty(cause.Code)) is { } told)
        {
            return ServerErrors.Create(told.Code, told.Message, options.Database);
        }

        if (causes.OfType<System.Security.Authentication.AuthenticationException>().FirstOrDefault() is { } refused)
        {
            return new(
                Neo4jFault.Misconfigured,
                $"No secure connection to {options.Uri}: {refused.Message} If the server has no TLS there, write bolt:// or neo4j:// in {Uri}; otherwise make this machine trust its certificate.",
                inner: exception);
        }

        if (causes.OfType<NotSupportedException>().FirstOrDefault() is { } foreign)
        {
            return new(
                Neo4jFault.Misconfigured,
                $"What is at {options.Uri} speaks no Bolt that the driver knows: {foreign.Message} Write the Bolt address of the server in {Uri} (usually port 7687), and use Neo4j 5.25 or newer.",
                inner: exception);
        }

        var secure = options.Uri.Contains('+', StringComparison.Ordinal);
        return new(
            Neo4jFault.ConnectionLost,
            $"No answer from {options.Uri}: {causes[^1].Message} Is the server running, and is {Uri} its Bolt address (usually port 7687)? " +
            (secure ? "If it has no TLS there, write bolt:// or neo4j://." : "If it wants TLS, write bolt+s:// or neo4j+s://.") +
            (options.Uri.StartsWith("neo4j", StringComparison.Ordinal) ? " With bolt instead of neo4j the driver tells more." : ""),
            inner: exception);
    }

    private static IEnumerable<Exception> Causes(Exception exception) => exception switch
    {
        AggregateException all => all.InnerExceptions.SelectMany(Causes).Prepend(exception),
        { InnerException: { } inner } => Causes(inner).Prepend(exception),
        _ => [exception],
    };
}
