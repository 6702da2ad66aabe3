using Microsoft.Extensions.Logging;

namespace HybridLlm.Neo4j.Cypher;

/// <summary>Runs statements with a limit of how many at once, a limit of time, and another try where that is safe and may help.</summary>
/// <remarks>
/// Some ten heavy queries at once make a small server answer nobody, health checks included: hence the limit on this side. A statement that ran out of time
/// is not tried again here: the first goes on in the server, and a second would take its resources.
/// </remarks>
internal sealed class CypherRunner : IAsyncDisposable
{
    public const int Attempts = 3;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    private readonly ICypherTransport _transport;
    private readonly SemaphoreSlim _slots;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly NoteLog _notes;

    public CypherRunner(ICypherTransport transport, Neo4jMetricsOptions options, TimeProvider time, ILogger logger)
    {
        _transport = transport;
        _slots = new(options.MaxConcurrency);
        _timeout = options.Timeout;
        _time = time;
        _notes = new(logger);
    }

    /// <summary>Asks for the number one: the only question whose answer says that the database works.</summary>
    /// <remarks>The discovery document is served with wrong credentials and while the database is down.</remarks>
    public Task CheckAsync(CancellationToken cancellationToken) => RunAsync(CypherStatement.Read("RETURN 1"), cancellationToken);

    /// <summary>Runs a statement.</summary>
    /// <exception cref="Neo4jMetricsException">It failed.</exception>
    public async Task<CypherResult> RunAsync(CypherStatement statement, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var result = await RunOnceAsync(statement, cancellationToken).ConfigureAwait(false);
                    _notes.Report(result.Notes);
                    return result;
                }
                catch (Neo4jMetricsException exception) when (statement.MayRepeat && attempt < AttemptsAt(exception.Fault))
                {
                    // Half of it by chance, so that hosts that were in each other's way do not meet again.
                    var delay = FirstDelay * Math.Pow(4, attempt - 1) * (0.5 + Random.Shared.NextDouble());
                    await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync().ConfigureAwait(false);
        _slots.Dispose();
    }

    // Where there is no connection, one more try is for one that the server closed as it was used.
    private static int AttemptsAt(Neo4jFault fault) => fault switch
    {
        Neo4jFault.Transient => Attempts,
        Neo4jFault.ConnectionLost => 2,
        _ => 1,
    };

    private async Task<CypherResult> RunOnceAsync(CypherStatement statement, CancellationToken cancellationToken)
    {
        var limit = statement.Timeout ?? _timeout;
        using var timeout = new CancellationTokenSource(limit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _transport.RunAsync(statement, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new Neo4jMetricsException(
                Neo4jFault.TimedOut,
                $"No answer came within {limit}. The database is overloaded or HybridLlm:Metrics:Neo4j:Timeout is too short.",
                inner: exception);
        }
    }
}
