namespace HybridLlm.Metrics.Sums;

/// <summary>Keeps of the lines of a snapshot those that learning still needs: the latest of each cell, and the latest of all.</summary>
internal sealed class RecentLines
{
    private readonly Dictionary<(CellKey Cell, bool IsRating), Queue<(long Number, byte[] Line)>> _chunks = [];
    private long _count;

    /// <summary>Takes the next line.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="line">Its line, with its end.</param>
    public void Add(CallOutcome outcome, ReadOnlySpan<byte> line)
    {
        var key = (new CellKey(outcome.Model, outcome.TaskType, outcome.Complexity), outcome.Status == OutcomeStatus.Rated);
        if (!_chunks.TryGetValue(key, out var chunk))
        {
            _chunks.Add(key, chunk = []);
        }

        chunk.Enqueue((_count++, line.ToArray()));
        Trim(chunk);
    }

    /// <summary>Writes the chunks: whose they are to the one, the lines to the other.</summary>
    public void Write(BinaryWriter index, NameTable names, MemoryStream lines)
    {
        index.Write7BitEncodedInt64(_chunks.Count);
        foreach (var ((cell, isRating), chunk) in _chunks)
        {
            Trim(chunk);
            var start = (int)lines.Position;
            foreach (var (_, line) in chunk)
            {
                lines.Write(line);
            }

            index.Write7BitEncodedInt64(names.NumberOf(cell.Model));
            index.Write7BitEncodedInt64(names.NumberOf(cell.TaskType));
            index.Write((int)cell.Complexity);
            index.Write(isRating);
            index.Write7BitEncodedInt64(chunk.Count);
            index.Write7BitEncodedInt64(lines.Position - start);
            index.Write(SumsFormat.Checksum(lines.GetBuffer().AsSpan(start, (int)lines.Position - start)));
        }
    }

    private void Trim(Queue<(long Number, byte[] Line)> chunk)
    {
        while (chunk.Count > SumsFormat.RecentPerCell && chunk.Peek().Number < _count - SumsFormat.RecentInAll)
        {
            chunk.Dequeue();
        }
    }
}
