using HybridLlm.Neo4j.Cypher;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Neo4j.Store;

/// <summary>Stores outcomes in batches. A row that the database refuses is found by halving, said in the log and left out; it must not hold up the others.</summary>
internal sealed class OutcomeWriter(CypherRunner runner, Neo4jSchema schema, string host, ILogger logger)
{
    /// <summary>How many outcomes go in one statement: more gain nothing over HTTP.</summary>
    public const int BatchSize = 1_000;

    /// <summary>The longest name: an index takes keys of some eight thousand bytes, of model and task together.</summary>
    private const int MaxNameLength = 1_000;

    /// <summary>Stores outcomes.</summary>
    /// <exception cref="Neo4jMetricsException">The database could not take them; some may be stored. Storing them again is safe.</exception>
    public async Task WriteAsync(IReadOnlyList<CallOutcome> outcomes, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        foreach (var batch in outcomes.Where(Fits).Chunk(BatchSize))
        {
            var refused = new List<(CallOutcome Outcome, Neo4jMetricsException Reason)>();
            await WriteAsync(batch, refused, cancellationToken).ConfigureAwait(false);
            if (refused.Count == batch.Length && batch.Length > 1)
            {
                // Not single rows, but all of them: then the statement or the database is at fault, and none may be left out for it.
                throw refused[0].Reason;
            }

            refused.ForEach(row => Neo4jLog.OutcomeRefused(logger, row.Outcome.Id, row.Reason.Message));
        }
    }

    private bool Fits(CallOutcome outcome)
    {
        if (Math.Max(outcome.Model.Length, Math.Max(outcome.TaskType.Length, outcome.Provider.Length)) <= MaxNameLength)
        {
            return true;
        }

        Neo4jLog.OutcomeRefused(logger, outcome.Id, $"The name of its model, task or provider is longer than {MaxNameLength} characters.");
        return false;
    }

    private async Task WriteAsync(
        ArraySegment<CallOutcome> batch, List<(CallOutcome Outcome, Neo4jMetricsException Reason)> refused, CancellationToken cancellationToken)
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
            await WriteAsync(batch[..(batch.Count / 2)], refused, cancellationToken).ConfigureAwait(false);
            await WriteAsync(batch[(batch.Count / 2)..], refused, cancellationToken).ConfigureAwait(false);
        }
        catch (Neo4jMetricsException exception) when (exception.Fault == Neo4jFault.Statement)
        {
            refused.Add((batch[0], exception));
        }
    }
}
