namespace HybridLlm.Tests.Metrics.Sharing;

/// <summary>What runs publish, in memory.</summary>
internal sealed class SharedBoard
{
    private readonly Dictionary<(string Run, string Model, string Task, ComplexityLevel? Complexity), LearnedCell> _cells = [];
    private readonly HashSet<string> _ended = [];

    public Exception? Fault { get; set; }

    public int LastPublished { get; private set; }

    public ISharedLearning For(string run) => new Store(this, run);

    public void End(string run) => _ended.Add(run);

    public void Remove(string run) => _cells.Keys.Where(key => key.Run == run).ToList().ForEach(key => _cells.Remove(key));

    private sealed class Store(SharedBoard board, string run) : ISharedLearning
    {
        public TimeSpan ShareInterval => TimeSpan.FromMinutes(1);

        public ValueTask PublishAsync(IReadOnlyList<LearnedCell> cells, CancellationToken cancellationToken = default)
        {
            if (board.Fault is { } fault)
            {
                throw fault;
            }

            board.LastPublished = cells.Count;
            foreach (var cell in cells)
            {
                board._cells[(run, cell.Model, cell.TaskType, cell.Complexity)] = cell;
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<LearnedCell>> ReadOthersAsync(CancellationToken cancellationToken = default) =>
            new([.. board._cells.Where(entry => entry.Key.Run != run).Select(entry => entry.Value with { IsLive = !board._ended.Contains(entry.Key.Run) })]);

        public ValueTask<IReadOnlyList<CallOutcome>> ReadRecentAsync(int count, CancellationToken cancellationToken = default) => new([]);
    }
}
