using HybridLlm.Neo4j.Cypher;

namespace HybridLlm.Neo4j.Store;

/// <summary>What each run of a host learned, as nodes <c>(:LearnedCell)</c> of a <c>(:LearningHost)</c>.</summary>
/// <remarks>A run goes on as long as it says so often enough. All times are those of the server, so that the clocks of the hosts do not matter.</remarks>
internal sealed class LearnedCells(CypherRunner runner, Neo4jSchema schema, string host, TimeSpan interval)
{
    /// <summary>How much is kept of runs that ended: more would be older than what counts.</summary>
    private const int KeptPerCell = 8;

    private const int BatchSize = 1_000;
    private const string AllLevels = "All";

    private static readonly TimeSpan ShortestLease = TimeSpan.FromMinutes(5);

    private static readonly (string Name, Func<LearnedCell, double> Get)[] Numbers =
    [
        ("evidence", c => c.Evidence),
        ("success_mass", c => c.SuccessMass),
        ("latency_sum", c => c.LatencySum),
        ("latency_weight", c => c.LatencyWeight),
        ("first_token_sum", c => c.FirstTokenSum),
        ("first_token_weight", c => c.FirstTokenWeight),
        ("pace_sum", c => c.PaceSum),
        ("pace_weight", c => c.PaceWeight),
        ("output_token_sum", c => c.OutputTokenSum),
        ("output_token_weight", c => c.OutputTokenWeight),
        ("rating_sum", c => c.RatingSum),
        ("rating_weight", c => c.RatingWeight),
        ("belief_calls", c => c.BeliefCalls),
        ("belief_successes", c => c.BeliefSuccesses),
    ];

    private static readonly string ReadText =
        $"""
        MATCH (h:LearningHost) WHERE h.id <> $host
        MATCH (c:LearnedCell)-[:LEARNED_BY]->(h)
        RETURN h.seen > datetime() - duration($lease), c.model_name, c.task_type, c.complexity, c.model_version, c.last_used, c.total, c.successes,
               [{string.Join(", ", Numbers.Select(static number => $"toString(c.{number.Name})"))}]
        """;

    /// <summary>Says that this run goes on, and what it learned.</summary>
    public async Task PublishAsync(IReadOnlyList<LearnedCell> cells, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        foreach (var batch in cells.Count == 0 ? [[]] : cells.Chunk(BatchSize))
        {
            await runner.RunAsync(
                CypherStatement.Merge(
                    """
                    MERGE (h:LearningHost {id: $host}) SET h.seen = datetime()
                    WITH h
                    UNWIND $cells AS c
                    MERGE (n:LearnedCell {host: $host, model_name: c.model_name, task_type: c.task_type, complexity: c.complexity})
                    SET n = c, n.host = $host, n.updated = datetime()
                    MERGE (n)-[:LEARNED_BY]->(h)
                    """,
                    new Dictionary<string, object?> { ["host"] = host, ["cells"] = batch.Select(static cell => (object?)ToProperties(cell)).ToList() }),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads what all other runs published.</summary>
    public async Task<IReadOnlyList<LearnedCell>> ReadOthersAsync(CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var lease = interval * 3 > ShortestLease ? interval * 3 : ShortestLease;
        var result = await runner.RunAsync(
            CypherStatement.Read(
                ReadText, new Dictionary<string, object?> { ["host"] = host, ["lease"] = $"PT{(long)lease.TotalSeconds}S" }),
            cancellationToken).ConfigureAwait(false);
        return [.. result.Rows.Select(ToCell).OfType<LearnedCell>()];
    }

    /// <summary>Deletes what is past its retention, and what runs that ended long ago learned where many later ones learned of the same.</summary>
    public async Task PruneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, object?> { ["before"] = OutcomeCypher.Instant(before), ["kept"] = KeptPerCell };
        await runner.RunAsync(
            CypherStatement.Merge("MATCH (c:LearnedCell)-[:LEARNED_BY]->(h) WHERE c.updated < datetime($before) AND h.seen < datetime() - duration('P1D') DETACH DELETE c", parameters),
            cancellationToken).ConfigureAwait(false);
        await runner.RunAsync(
            CypherStatement.Merge(
                """
                MATCH (c:LearnedCell)-[:LEARNED_BY]->(h) WHERE h.seen < datetime() - duration('P1D')
                WITH c ORDER BY c.updated DESC
                WITH c.model_name AS model, c.task_type AS task, c.complexity AS complexity, collect(c) AS cells
                UNWIND cells[$kept..] AS old
                DETACH DELETE old
                """,
                parameters),
            cancellationToken).ConfigureAwait(false);
        await runner.RunAsync(
            CypherStatement.Merge("MATCH (h:LearningHost) WHERE h.seen < datetime() - duration('P1D') AND NOT EXISTS { (h)<-[:LEARNED_BY]-() } DELETE h"),
            cancellationToken).ConfigureAwait(false);
    }

    private static Dictionary<string, object?> ToProperties(LearnedCell cell)
    {
        var properties = new Dictionary<string, object?>(20)
        {
            ["model_name"] = cell.Model,
            ["task_type"] = cell.TaskType,
            ["complexity"] = cell.Complexity?.ToString() ?? AllLevels,
            ["model_version"] = cell.ModelVersion,
            ["last_used"] = cell.LastUsed?.UtcTicks,
            ["total"] = cell.Total,
            ["successes"] = cell.Successes,
        };
        foreach (var (name, get) in Numbers)
        {
            properties[name] = get(cell);
        }

        return properties;
    }

    private static LearnedCell? ToCell(object?[] row)
    {
        if (row is not [var live, string model, string task, string level, var version, var lastUsed, long total, long successes, object?[] texts]
            || texts.Length != Numbers.Length)
        {
            return null;
        }

        ComplexityLevel? complexity = Enum.TryParse<ComplexityLevel>(level, out var parsed) ? parsed : null;
        var numbers = Array.ConvertAll(texts, static text => CypherResult.ToDouble(text) ?? 0);
        return complexity is null && level != AllLevels
            ? null
            : new()
            {
                IsLive = live is true,
                Model = model,
                TaskType = task,
                Complexity = complexity,
                ModelVersion = version as string,
                LastUsed = lastUsed is long and > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
                Total = total,
                Successes = successes,
                Evidence = numbers[0],
                SuccessMass = numbers[1],
                LatencySum = numbers[2],
                LatencyWeight = numbers[3],
                FirstTokenSum = numbers[4],
                FirstTokenWeight = numbers[5],
                PaceSum = numbers[6],
                PaceWeight = numbers[7],
                OutputTokenSum = numbers[8],
                OutputTokenWeight = numbers[9],
                RatingSum = numbers[10],
                RatingWeight = numbers[11],
                BeliefCalls = numbers[12],
                BeliefSuccesses = numbers[13],
            };
    }
}
