using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Metrics;

/// <summary>Opened files of a journal, read as one run of outcomes, the oldest first.</summary>
/// <remarks>
/// A snapshot was written in order and is read as it comes. A segment is nearly in order, since requests that run at the same
/// time end as they like: it is read as a whole and sorted. Memory is bounded by the segments, which are short and few, and
/// by the ids of the outcomes, at most some 50 MB for the longest journal.
/// </remarks>
internal sealed class JournalRuns(ILogger logger) : IAsyncDisposable
{
    private readonly List<FileStream> _files = [];
    private readonly List<IAsyncEnumerable<CallOutcome>> _runs = [];

    /// <summary>Gets how many damaged lines were skipped so far.</summary>
    public long Damaged { get; private set; }

    /// <summary>Gets how many bytes the files hold.</summary>
    public long Bytes => _files.Sum(static file => file.Length);

    public void AddSnapshot(FileStream file)
    {
        _files.Add(file);
        _runs.Add(ReadInOrderAsync(file));
    }

    public void AddSegment(FileStream file)
    {
        _files.Add(file);
        _runs.Add(ReadSortedAsync(file));
    }

    /// <summary>Reads all outcomes, each id once; to be called once.</summary>
    public async IAsyncEnumerable<CallOutcome> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var runs = _runs.ConvertAll(run => run.GetAsyncEnumerator(cancellationToken));
        try
        {
            await foreach (var outcome in MergeAsync(runs).ConfigureAwait(false))
            {
                yield return outcome;
            }
        }
        finally
        {
            foreach (var run in runs)
            {
                await run.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files)
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async IAsyncEnumerable<CallOutcome> MergeAsync(List<IAsyncEnumerator<CallOutcome>> runs)
    {
        // Where times are equal, the run that comes first wins, so that of two outcomes with one id the one stored first stays.
        var heads = new PriorityQueue<int, (DateTimeOffset Timestamp, int Run)>(runs.Count);
        var ids = new HashSet<Guid>();
        for (var run = 0; run < runs.Count; run++)
        {
            await AdvanceAsync(run).ConfigureAwait(false);
        }

        while (heads.TryDequeue(out var run, out _))
        {
            var outcome = runs[run].Current;
            if (ids.Add(outcome.Id))
            {
                yield return outcome;
            }

            await AdvanceAsync(run).ConfigureAwait(false);
        }

        async ValueTask AdvanceAsync(int run)
        {
            if (await runs[run].MoveNextAsync().ConfigureAwait(false))
            {
                heads.Enqueue(run, (runs[run].Current.Timestamp, run));
            }
        }
    }

    private async IAsyncEnumerable<CallOutcome> ReadInOrderAsync(FileStream file, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reader = new JournalReader(file);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } outcome)
        {
            yield return outcome;
        }

        if (reader.Damaged > 0)
        {
            Damaged += reader.Damaged;
            MetricsLog.DamagedLines(logger, reader.Damaged, file.Name);
        }
    }

    private async IAsyncEnumerable<CallOutcome> ReadSortedAsync(FileStream file, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<CallOutcome> outcomes = [];
        await foreach (var outcome in ReadInOrderAsync(file, cancellationToken).ConfigureAwait(false))
        {
            outcomes.Add(outcome);
        }

        foreach (var outcome in outcomes.OrderBy(static outcome => outcome.Timestamp))
        {
            yield return outcome;
        }
    }
}
