using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HybridLlm.Testing.Http;

/// <summary>
/// The listener and the connections of a simulator, on Kestrel's socket transport. The HTTP on top is our own, because Kestrel's
/// adds a Date header, writes names in its own case and hides how a body falls into chunks - and a simulator has to be exact there,
/// and has to be able to be wrong.
/// </summary>
internal sealed class WireServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly LlmSimulator _backend;
    private readonly SocketTransportFactory _transport;
    private readonly TimeProvider _clock;
    private readonly TimeSpan? _keepAlive;
    private readonly ConcurrentDictionary<Task, ConnectionContext?> _tasks = new();
    private readonly SemaphoreSlim _toggle = new(1, 1);
    private IConnectionListener? _listener;
    private Socket? _placeholder;
    private CancellationTokenSource _kill = new();
    private bool _disposed;

    public WireServer(LlmSimulator backend, LlmSimulatorOptions options)
    {
        _backend = backend;
        _clock = options.TimeProvider;
        _keepAlive = options.KeepAliveTimeout;

        // With a write buffer of one byte a write completes when the operating system has taken all of it: what was written before
        // a reset is on the wire then.
        var transport = new SocketTransportOptions { MaxWriteBufferSize = 1, NoDelay = true };
        _transport = new SocketTransportFactory(Options.Create(transport), NullLoggerFactory.Instance);
        _placeholder = Reserve(options.Port);
        Address = (IPEndPoint)_placeholder.LocalEndPoint!;
    }

    public IPEndPoint Address { get; }

    public bool IsListening => _listener is not null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _toggle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, _backend);
            if (_listener is not null)
            {
                return;
            }

            _placeholder?.Dispose();
            _placeholder = null;
            _listener = await _transport.BindAsync(Address, cancellationToken).ConfigureAwait(false);
            Track(AcceptAsync(_listener, _kill.Token), null);
        }
        finally
        {
            _toggle.Release();
        }
    }

    public Task StopAsync(bool closeConnections) => StopAsync(closeConnections, keepPort: true);

    public async ValueTask DisposeAsync()
    {
        await StopAsync(closeConnections: true, keepPort: false).ConfigureAwait(false);
        _disposed = true;
        await EndConnectionsAsync().ConfigureAwait(false);
        _placeholder?.Dispose();
        _kill.Dispose();
        _toggle.Dispose();
    }

    private async Task StopAsync(bool closeConnections, bool keepPort)
    {
        await _toggle.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_listener is { } listener)
            {
                _listener = null;
                await listener.UnbindAsync().ConfigureAwait(false);
                await listener.DisposeAsync().ConfigureAwait(false);

                // A socket that is bound but does not listen refuses connections, and keeps others from taking the port.
                _placeholder = keepPort ? Reserve(Address.Port) : null;
            }

            if (closeConnections)
            {
                var kill = _kill;
                _kill = new CancellationTokenSource();
                await kill.CancelAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _toggle.Release();
        }
    }

    private static Socket Reserve(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task EndConnectionsAsync()
    {
        var ended = Task.WhenAll(_tasks.Keys);
        await ended.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var connection in _tasks.Values)
        {
            // Its client does not read what is still to be sent.
            connection?.Abort();
        }

        await ended.ConfigureAwait(false);
    }

    private void Track(Task task, ConnectionContext? connection)
    {
        _tasks[task] = connection;
        _ = task.ContinueWith(done => _tasks.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task AcceptAsync(IConnectionListener listener, CancellationToken kill)
    {
        while (await listener.AcceptAsync(CancellationToken.None).ConfigureAwait(false) is { } connection)
        {
            Track(Task.Run(() => ServeAsync(connection, kill), CancellationToken.None), connection);
        }
    }

    private async Task ServeAsync(ConnectionContext connection, CancellationToken kill)
    {
        await using (connection.ConfigureAwait(false))
        {
            if (_backend.Faults.ForConnection() is not null)
            {
                connection.Abort(new ConnectionAbortedException("The fault plan resets the connection."));
                return;
            }

            using var gone = CancellationTokenSource.CreateLinkedTokenSource(kill, connection.ConnectionClosed);
            try
            {
                await AnswerAllAsync(connection, kill, gone.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (gone.IsCancellationRequested)
            {
                // Nobody is left to answer; what the request came to is in the log.
            }

            await connection.Transport.Output.CompleteAsync().ConfigureAwait(false);
            await connection.Transport.Input.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task AnswerAllAsync(ConnectionContext connection, CancellationToken stopping, CancellationToken gone)
    {
        var reader = new RequestReader(connection.Transport.Input, connection.Transport.Output);
        for (var number = 1; ; number++)
        {
            WireRequest? request;
            try
            {
                request = await ReadAsync(reader, gone).ConfigureAwait(false);
            }
            catch (WireFormatException)
            {
                await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(_backend.MalformedRequestAnswer), CancellationToken.None).ConfigureAwait(false);
                return;
            }

            if (request is null)
            {
                return;
            }

            var response = new ResponseWriter(connection, head => _backend.WriteHead(head, request), request.Method == "HEAD", stopping);
            var last = number >= _backend.MaxRequestsPerConnection;
            await _backend.HandleAsync(request, response, last, stopping, gone).ConfigureAwait(false);
            if (response.Over || !response.Started || request.WantsClose)
            {
                return;
            }
        }
    }

    /// <summary>Reads the next request; <see langword="null"/> when none will come.</summary>
    private async Task<WireRequest?> ReadAsync(RequestReader reader, CancellationToken gone)
    {
        using var idle = _keepAlive is { } timeout ? new CancellationTokenSource(timeout, _clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, gone);
        try
        {
            return await reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return null;
        }
        catch (ConnectionResetException)
        {
            return null;
        }
    }
}
