namespace HybridLlm.Metrics.Sums;

/// <summary>Keeps of the outcomes of a snapshot those that learning still needs: the latest of each cell, and the latest of all.</summary>
internal sealed class RecentOutcomes
{
    private readonly Dictionary<(CellKey Cell, bool IsRating), Queue<(long Number, CallOutcome Outcome)>> _chunks = [];
    private long _count;

    /// <summary>Takes the next outcome.</summary>
    public void Add(CallOutcome outcome)
    {
        var key = (new CellKey(outcome.Model, outcome.TaskType, outcome.Complexity), outcome.Status == OutcomeStatus.Rated);
        if (!_chunks.TryGetValue(key, out var chunk))
        {
            _chunks.Add(key, chunk = []);
        }

        chunk.Enqueue((_count++, outcome));
        Trim(chunk);
    }

    /// <summary>Writes the chunks: whose they are and what they come to, to the one; the records to the other, ratings last: of those, readers need more snapshots.</summary>
    public void Write(BinaryWriter index, NameTable names, MemoryStream records)
    {
        var writer = new BinaryWriter(records);
        index.Write7BitEncodedInt64(_chunks.Count);
        foreach (var ((cell, isRating), chunk) in _chunks.OrderBy(static chunk => chunk.Key.IsRating))
        {
            Trim(chunk);
            var start = (int)records.Position;
            var sum = new CellCount();
            foreach (var (_, outcome) in chunk)
            {
                RecentRecord.Write(records, writer, outcome, names);
                sum.Add(outcome);
            }

            index.Write7BitEncodedInt64(names.NumberOf(cell.Model));
            index.Write7BitEncodedInt64(names.NumberOf(cell.TaskType));
            index.Write((int)cell.Complexity);
            index.Write(isRating);
            index.Write7BitEncodedInt64(chunk.Count);
            index.Write7BitEncodedInt64(sum.Attempts);
            index.Write7BitEncodedInt64(sum.Successes);
            index.Write(sum.Score);
            index.Write7BitEncodedInt64(records.Position - start);
            index.Write(SumsFormat.Checksum(records.GetBuffer().AsSpan(start, (int)records.Position - start)));
        }
    }

    private void Trim(Queue<(long Number, CallOutcome Outcome)> chunk)
    {
        while (chunk.Count > SumsFormat.RecentPerCell && chunk.Peek().Number < _count - SumsFormat.RecentInAll)
        {
            chunk.Dequeue();
        }
    }
}
