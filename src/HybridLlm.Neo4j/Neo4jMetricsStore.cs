using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Rollups;
using HybridLlm.Neo4j.Spool;
using HybridLlm.Neo4j.Store;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Neo4j;

/// <summary>Keeps outcomes in Neo4j. While the database is away they wait on disk.</summary>
internal sealed class Neo4jMetricsStore : IMetricsStore, IOutcomeAggregator, ISharedLearning, IAsyncDisposable
{
    private readonly string _location;
    private readonly CypherRunner _runner;
    private readonly SpoolDrain _drain;
    private readonly OutcomeReader _reader;
    private readonly RollupJob _rollups;
    private readonly OutcomeAggregator _aggregator;
    private readonly Neo4jSchema _schema;
    private readonly LearnedCells _learned;

    /// <param name="transport">Talks to the database; disposed with the store.</param>
    /// <param name="options">The options; read once.</param>
    /// <param name="spoolFolder">Where outcomes wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of faults, and of what becomes of outcomes meanwhile.</param>
    public Neo4jMetricsStore(ICypherTransport transport, Neo4jMetricsOptions options, string spoolFolder, TimeProvider time, ILogger logger)
    {
        _location = $"{options.Uri} (database {options.Database})";
        _runner = new(transport, options, time, logger);
        _schema = new(_runner);
        var host = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
        _drain = new(new(spoolFolder, options.SpoolMB, time, logger), new(_runner, _schema, host, logger), _runner, _schema, time, logger);
        _reader = new(_runner, _schema);
        _learned = new(_runner, _schema, host, options.ShareInterval);
        ShareInterval = options.ShareInterval;
        _rollups = new(_runner, time, logger);
        _aggregator = new(_runner, _schema, _rollups, time, logger);
    }

    /// <summary>Gets whether outcomes wait on disk because the database does not take them.</summary>
    public bool IsAway => _drain.IsAway;

    /// <inheritdoc />
    public TimeSpan ShareInterval { get; }

    /// <summary>Says where the outcomes go, for people.</summary>
    public override string ToString() => _location;

    /// <inheritdoc />
    /// <exception cref="IOException">The outcomes could be neither stored nor put on disk. Appending them again is safe.</exception>
    public async ValueTask AppendAsync(IReadOnlyList<CallOutcome> batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count > 0)
        {
            await _drain.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    /// <exception cref="Neo4jMetricsException">The database does not answer.</exception>
    public IAsyncEnumerable<CallOutcome> ReadAsync(MetricsQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _reader.ReadAsync(query, cancellationToken);
    }

    /// <inheritdoc />
    /// <remarks>Deletes whole days of UTC, so that an outcome may stay up to a day longer. Sums per day stay for reports.</remarks>
    /// <exception cref="Neo4jMetricsException">The database does not answer.</exception>
    public async ValueTask PruneAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        await _schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        await _rollups.PruneAsync(before, cancellationToken).ConfigureAwait(false);
        await _learned.PruneAsync(before, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <exception cref="Neo4jMetricsException">The database does not answer.</exception>
    public async ValueTask<IReadOnlyList<OutcomeTotals>> AggregateAsync(MetricsQuery query, TimeSpan? bucket, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return await _aggregator.AggregateAsync(query, bucket, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <exception cref="Neo4jMetricsException">The database does not answer.</exception>
    public async ValueTask PublishAsync(IReadOnlyList<LearnedCell> cells, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cells);
        await _learned.PublishAsync(cells, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <exception cref="Neo4jMetricsException">The database does not answer.</exception>
    public async ValueTask<IReadOnlyList<LearnedCell>> ReadOthersAsync(CancellationToken cancellationToken = default) =>
        await _learned.ReadOthersAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    /// <exception cref="Neo4jMetricsException">The database does not answer.</exception>
    public async ValueTask<IReadOnlyList<CallOutcome>> ReadRecentAsync(int count, CancellationToken cancellationToken = default) =>
        await _reader.ReadNewestAsync(count, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _drain.DisposeAsync().ConfigureAwait(false);
        await _runner.DisposeAsync().ConfigureAwait(false);
    }
}
