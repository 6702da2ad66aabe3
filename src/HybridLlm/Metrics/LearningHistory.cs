using HybridLlm.Metrics.Sums;

namespace HybridLlm.Metrics;

/// <summary>What learning still needs of a journal: the latest outcomes of each cell, and how many came before them.</summary>
internal sealed class LearningHistory
{
    private readonly Dictionary<(CellKey Cell, bool IsRatings), int> _taken = [];

    /// <summary>Gets the outcomes to learn from.</summary>
    public List<CallOutcome> Outcomes { get; private set; } = [];

    /// <summary>Gets what the attempts of each cell came to that were before the ones in <see cref="Outcomes"/>.</summary>
    public Dictionary<CellKey, CellCount> Earlier { get; } = [];

    /// <summary>Adds what a snapshot holds. The latest snapshot comes first.</summary>
    /// <exception cref="InvalidDataException">The sums are damaged.</exception>
    public async ValueTask AddAsync(SumsFile sums, CancellationToken cancellationToken)
    {
        var all = Outcomes.Count < SumsFormat.RecentInAll;
        var chunks = sums.Chunks.FindAll(chunk => all || _taken.GetValueOrDefault((chunk.Cell, chunk.IsRatings)) < SumsFormat.RecentPerCell);
        foreach (var (cell, count) in sums.Cells)
        {
            Count(cell, count, 1);
        }

        foreach (var chunk in chunks)
        {
            _taken[(chunk.Cell, chunk.IsRatings)] = _taken.GetValueOrDefault((chunk.Cell, chunk.IsRatings)) + chunk.Count;
            Read(await sums.ReadRecentAsync(chunk, cancellationToken).ConfigureAwait(false), chunk.Cell);
        }
    }

    /// <summary>Puts the outcomes in order.</summary>
    public void Complete() => Outcomes = [.. Outcomes.OrderBy(static outcome => outcome.Timestamp)];

    private void Read(ReadOnlySpan<byte> lines, CellKey cell)
    {
        var read = new CellCount();
        while (lines.IndexOf((byte)'\n') is >= 0 and var length)
        {
            var outcome = JournalFormat.Read(lines[..length]) ?? throw new InvalidDataException("The file of sums holds a line that is no outcome.");
            Outcomes.Add(outcome);
            read.Add(outcome);
            lines = lines[(length + 1)..];
        }

        Count(cell, read, -1);
    }

    private void Count(CellKey cell, CellCount count, int sign)
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
}
