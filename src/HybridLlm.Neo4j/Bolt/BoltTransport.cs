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
    // The longest that the driver waits for a connection by itself; the limit of the whole query is the caller's.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly IDriver _driver;
    private readonly string _uri;
    private readonly string _database;

    public BoltTransport(Neo4jMetricsOptions options)
    {
        _uri = options.Uri;
        _database = options.Database;
        _driver = GraphDatabase.Driver(
            options.Uri,
            options.Password is { } password ? AuthTokens.Basic(options.User, password) : AuthTokens.None,
            builder => builder
                .WithMaxConnectionPoolSize(options.MaxConcurrency)
                .WithConnectionTimeout(ConnectTimeout)
                .WithConnectionIdleTimeout(TimeSpan.FromMinutes(5))
                .WithNotificationsDisabled()
                .WithUserAgent("HybridLlm.Neo4j"));
    }

    /// <inheritdoc />
    public async Task<CypherResult> RunAsync(CypherStatement statement, CancellationToken cancellationToken)
    {
        // The driver's sessions take no token: the wait ends, and the session with it when its answer has come.
        var running = RunAsync(statement);
        try
        {
            return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!running.IsCompleted)
        {
            _ = running.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _driver.DisposeAsync();

    private async Task<CypherResult> RunAsync(CypherStatement statement)
    {
        try
        {
            var session = _driver.AsyncSession(builder => builder
                .WithDatabase(_database)
                .WithDefaultAccessMode(statement.Reads ? AccessMode.Read : AccessMode.Write));
            await using (session.ConfigureAwait(false))
            {
                var cursor = await session.RunAsync(statement.Text, BoltValues.ToParameters(statement.Parameters)).ConfigureAwait(false);
                var fields = await cursor.KeysAsync().ConfigureAwait(false);
                var rows = new List<object?[]>();
                while (await cursor.FetchAsync().ConfigureAwait(false))
                {
                    var record = cursor.Current;
                    rows.Add([.. fields.Select(field => BoltValues.FromValue(record[field]))]);
                }

                // An error at the end of the transaction comes with the summary.
                await cursor.ConsumeAsync().ConfigureAwait(false);
                return new(fields, rows, []);
            }
        }
        catch (ServiceUnavailableException exception)
        {
            throw Lost(exception);
        }
        catch (SessionExpiredException exception)
        {
            throw Lost(exception);
        }
        catch (Neo4jException exception) when (!string.IsNullOrEmpty(exception.Code))
        {
            throw ServerErrors.Create(exception.Code, exception.Message, _database);
        }
        catch (Neo4jException exception)
        {
            throw Lost(exception);
        }
    }

    private Neo4jMetricsException Lost(Exception exception) => new(
        Neo4jFault.ConnectionLost,
        $"No answer from {_uri}: {exception.Message} Is the server running, and is HybridLlm:Metrics:Neo4j:Uri its Bolt address (usually port 7687)? With TLS write bolt+s:// or neo4j+s://.",
        inner: exception);
}
