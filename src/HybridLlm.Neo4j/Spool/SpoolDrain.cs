using System.Diagnostics.CodeAnalysis;
using HybridLlm.Neo4j.Cypher;
using HybridLlm.Neo4j.Rollups;
using HybridLlm.Neo4j.Store;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Neo4j.Spool;

/// <summary>Decides whether outcomes go to the database or wait on disk, and brings up those that wait when the database is back.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source is disposed of with the work that uses it, in DisposeAsync.")]
internal sealed class SpoolDrain : IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait after a refused password: some attempts in a row lock the user out, for others as well.</summary>
    private static readonly TimeSpan UnauthorizedDelay = TimeSpan.FromMinutes(5);

    private readonly OutcomeSpool _spool;
    private readonly OutcomeWriter _writer;
    private readonly CypherRunner _runner;
    private readonly Neo4jSchema _schema;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task? _work;
    private Neo4jFault? _away;
    private bool _recovered;

    public SpoolDrain(OutcomeSpool spool, OutcomeWriter writer, CypherRunner runner, Neo4jSchema schema, TimeProvider time, ILogger logger)
    {
        _spool = spool;
        _writer = writer;
        _runner = runner;
        _schema = schema;
        _time = time;
        _logger = logger;
    }

    /// <summary>Gets whether outcomes wait on disk because the database does not take them.</summary>
    public bool IsAway
    {
        get
        {
            lock (_gate)
            {
                return _away is not null;
            }
        }
    }

    /// <summary>Stores outcomes, or lets them wait on disk.</summary>
    /// <exception cref="IOException">Neither is possible.</exception>
    public async Task WriteAsync(IReadOnlyList<CallOutcome> outcomes, CancellationToken cancellationToken)
    {
        StartIfAnyWait();
        if (!IsAway)
        {
            try
            {
                await _writer.WriteAsync(outcomes, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Neo4jMetricsException exception)
            {
                GoAway(exception);
            }
        }

        await _spool.AppendAsync(outcomes, cancellationToken).ConfigureAwait(false);
        Start();
    }

    public async ValueTask DisposeAsync()
    {
        Task? work;
        lock (_gate)
        {
            work = _work;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (work is not null)
        {
            await work.ConfigureAwait(false);
        }

        _stopping.Dispose();
        await _spool.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Begins to bring up what earlier runs left, once.</summary>
    private void StartIfAnyWait()
    {
        if (!Interlocked.Exchange(ref _recovered, true) && _spool.Any)
        {
            Start();
        }
    }

    private void Start()
    {
        lock (_gate)
        {
            if (_work is null or { IsCompleted: true } && !_stopping.IsCancellationRequested)
            {
                _work = Task.Run(RunAsync, CancellationToken.None);
            }
        }
    }

    private void GoAway(Neo4jMetricsException exception)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = _away != exception.Fault;
            _away = exception.Fault;
        }

        _schema.Forget();
        if (isNew)
        {
            Neo4jLog.Away(_logger, exception.Message, _spool.Folder, exception);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            for (var failures = 0; ;)
            {
                if (IsAway)
                {
                    await Task.Delay(Delay(failures), _time, _stopping.Token).ConfigureAwait(false);
                }

                if (await TryDrainAsync().ConfigureAwait(false))
                {
                    return;
                }

                failures++;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // What waits stays on disk until the next run.
        }
    }

    /// <summary>Brings up what waits.</summary>
    /// <returns>Whether nothing waits any more.</returns>
    private async Task<bool> TryDrainAsync()
    {
        var wasAway = IsAway;
        long stored = 0;
        try
        {
            if (wasAway)
            {
                await _runner.CheckAsync(_stopping.Token).ConfigureAwait(false);
            }

            stored = await DrainAsync().ConfigureAwait(false);
            lock (_gate)
            {
                _away = null;
            }

            // What was put there while the last segment went up.
            stored += await DrainAsync().ConfigureAwait(false);
        }
        catch (Neo4jMetricsException exception)
        {
            GoAway(exception);
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Neo4jLog.SpoolFailed(_logger, _spool.Folder, exception.Message, exception);
            return !wasAway;
        }

        if (wasAway)
        {
            Neo4jLog.Back(_logger, stored, _spool.Folder);
        }
        else if (stored > 0)
        {
            Neo4jLog.Recovered(_logger, stored, _spool.Folder);
        }

        return true;
    }

    private async Task<long> DrainAsync()
    {
        long stored = 0;
        await _spool.FlushTotalsAsync(StoreTotalsAsync).ConfigureAwait(false);
        while (await _spool.TakeAsync(_stopping.Token).ConfigureAwait(false) is { } segment)
        {
            await using (segment.ConfigureAwait(false))
            {
                var outcomes = await _spool.ReadAsync(segment, _stopping.Token).ConfigureAwait(false);
                await _writer.WriteAsync(outcomes, _stopping.Token).ConfigureAwait(false);
                await segment.DeleteAsync().ConfigureAwait(false);
                stored += outcomes.Count;
            }
        }

        return stored;
    }

    private async Task StoreTotalsAsync(SpooledTotals totals)
    {
        await _schema.EnsureAsync(_stopping.Token).ConfigureAwait(false);
        foreach (var rows in totals.Rows.Chunk(OutcomeWriter.BatchSize))
        {
            await _runner.RunAsync(RollupCypher.Keep(rows, RollupCypher.Spool, totals.Id.ToString("N")), _stopping.Token).ConfigureAwait(false);
        }
    }

    private TimeSpan Delay(int failures)
    {
        lock (_gate)
        {
            if (_away == Neo4jFault.Unauthorized)
            {
                return UnauthorizedDelay;
            }
        }

        var delay = FirstDelay * Math.Pow(2, Math.Min(failures, 10));
        return delay < LongestDelay ? delay : LongestDelay;
    }
}
