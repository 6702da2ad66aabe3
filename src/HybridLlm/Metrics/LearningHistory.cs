using HybridLlm.Metrics.Sums;

namespace HybridLlm.Metrics;

/// <summary>What learning still needs of a journal: the latest outcomes of each cell, and how many came before them.</summary>
/// <remarks>
/// Outcomes of snapshots stay the bytes that they are until they are asked for: to have a hundred thousand of them in memory at once costs more than to make them.
/// </remarks>
internal sealed class LearningHistory
{
    private readonly Dictionary<(CellKey Cell, bool IsRatings), int> _taken = [];
    private readonly List<CallOutcome> _lines = [];
    private readonly List<Run> _runs = [];

    /// <summary>Gets how many outcomes there are to learn from.</summary>
    public int Count { get; private set; }

    /// <summary>Gets what the attempts of each cell came to that were before the ones in <see cref="Read"/>.</summary>
    public Dictionary<CellKey, CellCount> Earlier { get; } = [];

    /// <summary>Adds an outcome that is in no sums.</summary>
    public void Add(CallOutcome outcome)
    {
        _lines.Add(outcome);
        Count++;
    }

    /// <summary>Adds what a snapshot holds. The latest snapshot comes first.</summary>
    /// <exception cref="InvalidDataException">The sums are damaged.</exception>
    public async ValueTask AddAsync(SumsFile sums, CancellationToken cancellationToken)
    {
        var all = Count < SumsFormat.RecentInAll;
        var chunks = sums.Chunks.FindAll(chunk => all || _taken.GetValueOrDefault((chunk.Cell, chunk.IsRatings)) < SumsFormat.RecentPerCell);
        foreach (var (cell, count) in sums.Cells)
        {
            CountEarlier(cell, count, 1);
        }

        foreach (var (chunk, records) in await sums.ReadRecentAsync(chunks, cancellationToken).ConfigureAwait(false))
        {
            _taken[(chunk.Cell, chunk.IsRatings)] = _taken.GetValueOrDefault((chunk.Cell, chunk.IsRatings)) + chunk.Count;
            CountEarlier(chunk.Cell, chunk.Sum, -1);
            _runs.Add(new(chunk.Cell, records, sums.Names));
            Count += chunk.Count;
        }
    }

    /// <summary>Reads the outcomes, the oldest first.</summary>
    public IEnumerable<CallOutcome> Read()
    {
        var (ticks, places) = Order();
        for (var i = 0; i < ticks.Length; i++)
        {
            var (run, offset) = ((int)(places[i] >> 32), (int)places[i]);
            yield return run == 0 ? _lines[offset] : _runs[run - 1].Read(offset);
        }
    }

    /// <summary>Finds when each outcome ended and where it stands, the oldest first: of the same time, the one that was added first.</summary>
    private (long[] Ticks, long[] Places) Order()
    {
        var (ticks, places) = (new long[Count], new long[Count]);
        var count = 0;
        for (var line = 0; line < _lines.Count; line++, count++)
        {
            (ticks[count], places[count]) = (_lines[line].Timestamp.UtcTicks, line);
        }

        for (var run = 0; run < _runs.Count; run++)
        {
            var records = _runs[run].Records.Span;
            for (var offset = 0; offset < records.Length; count++)
            {
                (var length, ticks[count]) = RecentRecord.Peek(records[offset..]);
                places[count] = ((long)(run + 1) << 32) | (uint)offset;
                offset += length;
            }
        }

        Array.Sort(ticks, places);
        for (var (start, end) = (0, 0); start < count; start = end)
        {
            while (end < count && ticks[end] == ticks[start])
            {
                end++;
            }

            // The sort is not stable, and places are in the order in which they were added.
            Array.Sort(places, start, end - start);
        }

        return (ticks, places);
    }

    private void CountEarlier(CellKey cell, CellCount count, int sign)
    {
        if (!Earlier.TryGetValue(cell, out var earlier))
        {
            Earlier.Add(cell, earlier = new CellCount());
        }

        earlier.Attempts += sign * count.Attempts;
        earlier.Successes += sign * count.Successes;
        earlier.Score += sign * count.Score;
        earlier.LastTicks = Math.Max(earlier.LastTicks, count.LastTicks);
    }

    /// <summary>The records of a chunk.</summary>
    private sealed record Run(CellKey Cell, ReadOnlyMemory<byte> Records, string?[] Names)
    {
        public CallOutcome Read(int offset) => RecentRecord.Read(Records.Span[offset..], Cell, Names);
    }
}
