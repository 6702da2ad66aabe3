using HybridLlm.Neo4j.Cypher;
using Neo4j.Driver;

namespace HybridLlm.Neo4j.Bolt;

/// <summary>Runs statements over Bolt, with the official driver.</summary>
/// <remarks>
/// Each in a session of its own, as an auto-commit transaction: the driver then neither retries by itself, without regard to whether that is safe, nor wraps the statement in
/// a transaction, in which <c>CALL { } IN TRANSACTIONS</c> is not allowed.
/// </remarks>
internal sealed class BoltTransport : ICypherTransport
{
    // How much later than the client the server gives up: the client's error says which setting to change.
    private static readonly TimeSpan ServersGrace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Neo4jMetricsOptions _options;
    private DriverLease _lease;

    public BoltTransport(Neo4jMetricsOptions options)
    {
        _options = options;
        _lease = new(BoltDriver.Create(options));
    }

    /// <inheritdoc />
    public async Task<CypherResult> RunAsync(CypherStatement statement, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var lease = Enter();
        var running = RunAsync(lease.Driver, statement, BoltParameters.From(statement.Parameters));
        try
        {
            return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!running.IsCompleted)
        {
            // The driver takes no token, and the connection stays busy until the server answers, which after a fault of the network is never.
            Replace(lease);
            _ = running.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
        finally
        {
            Leave(lease);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        DriverLease lease;
        lock (_gate)
        {
            lease = _lease;
            lease.IsRetired = true;
        }

        // To a server that takes nothing any more the driver says goodbye for as long as the network tries.
        await Task.WhenAny(lease.Driver.DisposeAsync().AsTask(), Task.Delay(LongestGoodbye)).ConfigureAwait(false);
    }

    private DriverLease Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_lease.IsRetired, this);
            _lease.Users++;
            return _lease;
        }
    }

    /// <summary>Makes the statements that follow use another driver, and closes this one, with the connections that were given up, when nobody else uses it.</summary>
    private void Replace(DriverLease lease)
    {
        lock (_gate)
        {
            if (!lease.IsRetired)
            {
                lease.IsRetired = true;
                _lease = new(BoltDriver.Create(_options));
            }
        }
    }

    private void Leave(DriverLease lease)
    {
        lock (_gate)
        {
            if (--lease.Users > 0 || !lease.IsRetired)
            {
                return;
            }
        }

        _ = lease.Driver.DisposeAsync().AsTask();
    }

    private async Task<CypherResult> RunAsync(IDriver driver, CypherStatement statement, Dictionary<string, object?> parameters)
    {
        try
        {
            var session = driver.AsyncSession(builder => builder
                .WithDatabase(_options.Database)
                .WithDefaultAccessMode(statement.Reads ? AccessMode.Read : AccessMode.Write));
            await using (session.ConfigureAwait(false))
            {
                var limit = (statement.Timeout ?? _options.Timeout) + ServersGrace;
                var cursor = await session.RunAsync(statement.Text, parameters, transaction => transaction.WithTimeout(limit)).ConfigureAwait(false);
                return await ReadAsync(cursor).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is not Neo4jMetricsException)
        {
            throw BoltFaults.Explain(exception, _options);
        }
    }

    private static async Task<CypherResult> ReadAsync(IResultCursor cursor)
    {
        var fields = await cursor.KeysAsync().ConfigureAwait(false);
        var rows = new List<object?[]>();
        var values = new BoltReader();
        while (await cursor.FetchAsync().ConfigureAwait(false))
        {
            var record = cursor.Current;
            rows.Add([.. fields.Select(field => values.Read(record[field]))]);
        }

        // An error at the end of the transaction comes with the summary.
        await cursor.ConsumeAsync().ConfigureAwait(false);
        return new(fields, rows, []);
    }

    /// <summary>A driver, and how many statements use it.</summary>
    private sealed class DriverLease(IDriver driver)
    {
        public IDriver Driver => driver;

        public int Users { get; set; }

        /// <summary>Gets or sets whether no further statement may use it.</summary>
        public bool IsRetired { get; set; }
    }
}
