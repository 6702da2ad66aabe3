using System.Collections.Concurrent;
using HybridLlm.Neo4j.Cypher;

namespace HybridLlm.Neo4j.Tests.Support;

/// <summary>A database in memory that takes outcomes and roll-ups the way MERGE does, and fails on demand.</summary>
internal sealed class ScriptedTransport : ICypherTransport
{
    private static readonly CypherResult Nothing = new([], [], []);

    private int _running;
    private int _mostAtOnce;

    /// <summary>Gets or sets what happens to a statement instead of its execution; <see langword="null"/> for nothing.</summary>
    public Func<CypherStatement, Neo4jMetricsException?>? Before { get; set; }

    /// <summary>Gets or sets what the client sees of a statement that was executed; <see langword="null"/> for the answer.</summary>
    public Func<CypherStatement, Neo4jMetricsException?>? After { get; set; }

    /// <summary>Gets or sets what statements wait for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public ConcurrentQueue<string> Statements { get; } = new();

    /// <summary>Gets the ids of the outcomes, with how often each was sent.</summary>
    public ConcurrentDictionary<string, int> Outcomes { get; } = new();

    /// <summary>Gets the roll-ups by id.</summary>
    public ConcurrentDictionary<string, IReadOnlyDictionary<string, object?>> Rollups { get; } = new();

    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

    public static Neo4jMetricsException Lost() => new(Neo4jFault.ConnectionLost, "No answer from the database.");

    public async Task<CypherResult> RunAsync(CypherStatement statement, CancellationToken cancellationToken)
    {
        Statements.Enqueue(statement.Text);
        var running = Interlocked.Increment(ref _running);
        for (int most; (most = _mostAtOnce) < running && Interlocked.CompareExchange(ref _mostAtOnce, running, most) != most;)
        {
        }

        try
        {
            await Gate.WaitAsync(cancellationToken);
            if (Before?.Invoke(statement) is { } refused)
            {
                throw refused;
            }

            Execute(statement);
            return After?.Invoke(statement) is { } lost ? throw lost : Nothing;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static IEnumerable<string> IdsOf(CypherStatement statement) =>
        Rows(statement, "groups").SelectMany(static group => Rows((IEnumerable<object?>)group["rows"]!)).Select(static row => (string)row["id"]!);

    private static IEnumerable<IReadOnlyDictionary<string, object?>> Rows(CypherStatement statement, string parameter) =>
        statement.Parameters.TryGetValue(parameter, out var list) ? Rows((IEnumerable<object?>)list!) : [];

    private static IEnumerable<IReadOnlyDictionary<string, object?>> Rows(IEnumerable<object?> list) => list.Cast<IReadOnlyDictionary<string, object?>>();

    private void Execute(CypherStatement statement)
    {
        foreach (var id in IdsOf(statement))
        {
            Outcomes.AddOrUpdate(id, 1, static (_, times) => times + 1);
        }

        if (statement.Text.Contains("MERGE (r:MetricsRollup", StringComparison.Ordinal))
        {
            foreach (var row in Rows(statement, "rows"))
            {
                Rollups[(string)row["id"]!] = row;
            }
        }
    }
}
