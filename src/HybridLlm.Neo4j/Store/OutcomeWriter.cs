using HybridLlm.Neo4j.Cypher;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Neo4j.Store;

/// <summary>Stores outcomes in batches. A row that the database refuses is found by halving, said in the log and left out; it must not hold up the others.</summary>
internal sealed class OutcomeWriter(CypherRunner runner, Neo4jSchema schema, string host, ILogger logger)
{
    /// <summary>How many outcomes go in one statement: more gain nothing over HTTP.</summary>
    public const int BatchSize = 1_000;

    /// <summary>Stores outcomes.</summary>
    /// <exception cref="Neo4jMetricsException">The database could not take them; some may be stored. Storing them again is safe.</exception>
    public async Task WriteAsync(IReadOnlyList<CallOutcome> outcomes, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        foreach (var batch in outcomes.Chunk(BatchSize))
        {
            await WriteBatchAsync(batch, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteBatchAsync(ArraySegment<CallOutcome> batch, CancellationToken cancellationToken)
    {
        try
        {
            await runner.RunAsync(OutcomeCypher.Append(batch, host), cancellationToken).ConfigureAwait(false);
            if (OutcomeCypher.LabelFeedback(batch) is { } label)
            {
                await runner.RunAsync(label, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Neo4jMetricsException exception) when (exception.IsStatementsFault && batch.Count > 1)
        {
            // Nothing of the batch was kept.
            await WriteBatchAsync(batch[..(batch.Count / 2)], cancellationToken).ConfigureAwait(false);
            await WriteBatchAsync(batch[(batch.Count / 2)..], cancellationToken).ConfigureAwait(false);
        }
        catch (Neo4jMetricsException exception) when (exception.Fault == Neo4jFault.Statement)
        {
            Neo4jLog.OutcomeRefused(logger, batch[0].Id, exception.Message);
        }
    }
}
