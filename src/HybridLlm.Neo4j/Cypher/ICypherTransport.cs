namespace HybridLlm.Neo4j.Cypher;

/// <summary>Runs statements, each in a transaction of its own. Safe for concurrent use. Tries once: what to repeat is decided by <see cref="CypherRunner"/>.</summary>
internal interface ICypherTransport : IAsyncDisposable
{
    /// <summary>Runs a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="cancellationToken">Cancels the wait. The server goes on, and commits.</param>
    /// <exception cref="Neo4jMetricsException">It failed; nothing of it was kept unless the fault says that this is not known.</exception>
    Task<CypherResult> RunAsync(CypherStatement statement, CancellationToken cancellationToken);
}
