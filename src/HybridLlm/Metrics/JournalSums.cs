using HybridLlm.Metrics.Reports;
using HybridLlm.Metrics.Sums;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Metrics;

/// <summary>Reads of a journal what was summed up when it was merged, and only the rest line by line.</summary>
internal sealed class JournalSums(JournalView view, ILogger logger)
{
    private readonly HashSet<Guid> _ids = [];
    private readonly List<SumsFile> _sums = [];

    /// <summary>Gets how many damaged lines were skipped so far.</summary>
    public long Damaged { get; private set; }

    /// <summary>Adds up the outcomes that a query asks for.</summary>
    /// <exception cref="InvalidDataException">Sums are damaged.</exception>
    public async ValueTask<IReadOnlyList<OutcomeTotals>> AggregateAsync(MetricsQuery query, TimeSpan? bucket, CancellationToken cancellationToken)
    {
        var fold = new OutcomeFold(query, bucket);
        foreach (var part in view.Parts)
        {
            if (part.Sums is { } sums)
            {
                await sums.AddToAsync(fold, query, bucket, cancellationToken).ConfigureAwait(false);
            }
        }

        await ReadLinesAsync(fold.Add, cancellationToken).ConfigureAwait(false);
        return fold.Totals;
    }

    /// <summary>Reads what learning still needs.</summary>
    /// <exception cref="InvalidDataException">Sums are damaged.</exception>
    public async ValueTask<LearningHistory> ReadHistoryAsync(CancellationToken cancellationToken)
    {
        var history = new LearningHistory();
        await ReadLinesAsync(history.Add, cancellationToken).ConfigureAwait(false);
        foreach (var sums in _sums.OrderByDescending(static sums => sums.LastTicks))
        {
            await history.AddAsync(sums, cancellationToken).ConfigureAwait(false);
        }

        return history;
    }

    /// <summary>Reads what no sums tell of: the segments, and snapshots without sums. Each id once.</summary>
    private async ValueTask ReadLinesAsync(Action<CallOutcome> take, CancellationToken cancellationToken)
    {
        _sums.AddRange(view.Parts.Select(static part => part.Sums).OfType<SumsFile>());
        foreach (var file in view.Parts.Where(static part => part.Sums is null).Select(static part => part.Stream).Concat(view.Segments))
        {
            var reader = new JournalReader(file);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } outcome)
            {
                if (_ids.Add(outcome.Id) && !await IsSummedUpAsync(outcome.Id, cancellationToken).ConfigureAwait(false))
                {
                    take(outcome);
                }
            }

            if (reader.Damaged > 0)
            {
                Damaged += reader.Damaged;
                MetricsLog.DamagedLines(logger, reader.Damaged, file.Name);
            }
        }
    }

    private async ValueTask<bool> IsSummedUpAsync(Guid id, CancellationToken cancellationToken)
    {
        foreach (var sums in _sums)
        {
            if (await sums.HoldsAsync(id, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }
}
