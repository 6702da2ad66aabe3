using System.Diagnostics.CodeAnalysis;
using HybridLlm.Neo4j.Cypher;

namespace HybridLlm.Neo4j.Store;

/// <summary>Makes the constraints and indexes, once, and again after a fault: each is made unless it is there.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is not asked for has nothing to dispose.")]
internal sealed class Neo4jSchema(CypherRunner runner)
{
    /// <summary>What is made, in this order. Community Edition has no other kinds of constraint.</summary>
    public static readonly string[] Statements =
    [
        "CREATE CONSTRAINT hybridllm_metrics_id IF NOT EXISTS FOR (m:ModelMetrics) REQUIRE m.id IS UNIQUE",
        "CREATE CONSTRAINT hybridllm_model_name IF NOT EXISTS FOR (m:Model) REQUIRE m.name IS UNIQUE",
        "CREATE CONSTRAINT hybridllm_provider_name IF NOT EXISTS FOR (p:Provider) REQUIRE p.name IS UNIQUE",
        "CREATE INDEX hybridllm_metrics_time IF NOT EXISTS FOR (m:ModelMetrics) ON (m.timestamp)",
        "CREATE INDEX hybridllm_metrics_model_task_time IF NOT EXISTS FOR (m:ModelMetrics) ON (m.model_name, m.task_type, m.timestamp)",
        "CREATE CONSTRAINT hybridllm_day IF NOT EXISTS FOR (d:MetricsDay) REQUIRE d.day IS UNIQUE",
        "CREATE CONSTRAINT hybridllm_rollup_id IF NOT EXISTS FOR (r:MetricsRollup) REQUIRE r.id IS UNIQUE",
        "CREATE INDEX hybridllm_rollup_tier_start IF NOT EXISTS FOR (r:MetricsRollup) ON (r.tier, r.start)",
        "CREATE CONSTRAINT hybridllm_learned IF NOT EXISTS FOR (c:LearnedCell) REQUIRE (c.host, c.model_name, c.task_type, c.complexity) IS UNIQUE",
        "CREATE CONSTRAINT hybridllm_host_id IF NOT EXISTS FOR (h:LearningHost) REQUIRE h.id IS UNIQUE",
    ];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _made;

    /// <summary>Makes what is missing.</summary>
    /// <exception cref="Neo4jMetricsException">The database does not let us.</exception>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        if (_made)
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_made)
            {
                return;
            }

            foreach (var statement in Statements)
            {
                await MakeAsync(statement, cancellationToken).ConfigureAwait(false);
            }

            _made = true;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task MakeAsync(string statement, CancellationToken cancellationToken)
    {
        try
        {
            await runner.RunAsync(CypherStatement.Merge(statement), cancellationToken).ConfigureAwait(false);
        }
        catch (Neo4jMetricsException exception) when (
            exception.Code is { } code && code.StartsWith("Neo.ClientError.Schema.", StringComparison.Ordinal) && code.EndsWith("AlreadyExists", StringComparison.Ordinal))
        {
            // Another host made it after the server had looked. Now that it is there, the server says whether it is the same.
            await runner.RunAsync(CypherStatement.Merge(statement), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Looks again before the next use: the database may be another one when it comes back.</summary>
    public void Forget() => _made = false;
}
