using System.Runtime.CompilerServices;
using HybridLlm.Neo4j.Cypher;

namespace HybridLlm.Neo4j.Store;

/// <summary>Reads outcomes in pages; each begins where the one before ended, whatever was stored or deleted meanwhile.</summary>
internal sealed class OutcomeReader(CypherRunner runner, Neo4jSchema schema)
{
    private const int PageSize = 5_000;

    /// <summary>Reads outcomes, the oldest first.</summary>
    public async IAsyncEnumerable<CallOutcome> ReadAsync(MetricsQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        CallOutcome? last = null;
        while (true)
        {
            var page = await runner.RunAsync(OutcomeCypher.Read(query, last, PageSize), cancellationToken).ConfigureAwait(false);
            var before = last;
            foreach (var row in page.Rows)
            {
                if (OutcomeCypher.ToOutcome(row) is { } outcome)
                {
                    last = outcome;
                    yield return outcome;
                }
            }

            // A page without a single outcome, of other people's nodes, has no place to go on from.
            if (page.Rows.Count < PageSize || last == before)
            {
                yield break;
            }
        }
    }

    /// <summary>Reads the newest outcomes, in their order.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<List<CallOutcome>> ReadNewestAsync(int count, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var outcomes = new List<CallOutcome>();
        while (outcomes.Count < count)
        {
            var wanted = Math.Min(PageSize, count - outcomes.Count);
            var page = await runner.RunAsync(OutcomeCypher.ReadNewest(outcomes.Count == 0 ? null : outcomes[^1], wanted), cancellationToken).ConfigureAwait(false);
            var before = outcomes.Count;
            outcomes.AddRange(page.Rows.Select(OutcomeCypher.ToOutcome).OfType<CallOutcome>());
            if (page.Rows.Count < wanted || outcomes.Count == before)
            {
                break;
            }
        }

        outcomes.Reverse();
        return outcomes;
    }
}
