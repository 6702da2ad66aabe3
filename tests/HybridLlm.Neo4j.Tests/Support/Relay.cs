using System.Net;
using System.Net.Sockets;

namespace HybridLlm.Neo4j.Tests.Support;

/// <summary>Stands between a client and the server, and does what networks do.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Connection> _open = [];
    private readonly Uri _server;
    private readonly Task _accepting;

    public Relay(string server)
    {
        _server = new(server);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Gets the address of the server behind it.</summary>
    public string Uri => $"{_server.Scheme}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Gets or sets whether the server is away: connections are closed as soon as they are made.</summary>
    public bool IsAway { get; set; }

    /// <summary>Gets or sets whether connections that are made meanwhile, and those open now, lose all that is sent on them from here on, as through a firewall that forgot them.</summary>
    public bool IsSilent
    {
        get;
        set
        {
            field = value;
            if (value)
            {
                ForAll(static connection => connection.IsSilent = true);
            }
        }
    }

    /// <summary>Gets or sets after how many bytes that a client sent on a connection its next answer is lost, and the connection with it; once.</summary>
    public int? CutAfter { get; set; }

    /// <summary>Gets on how many connections something was lost.</summary>
    public int Lost
    {
        get
        {
            lock (_gate)
            {
                return _open.Count(static connection => connection.HasLost);
            }
        }
    }

    /// <summary>Closes all connections.</summary>
    public void Cut() => ForAll(static connection => connection.Dispose());

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        Cut();
        _stopping.Dispose();
    }

    private void ForAll(Action<Connection> action)
    {
        Connection[] open;
        lock (_gate)
        {
            open = [.. _open];
        }

        Array.ForEach(open, action);
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                if (IsAway)
                {
                    client.Dispose();
                    continue;
                }

                var connection = new Connection(client, IsSilent);
                lock (_gate)
                {
                    _open.Add(connection);
                }

                _ = ServeAsync(connection);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // It is being stopped, or the client went at once.
            }
        }
    }

    private async Task ServeAsync(Connection connection)
    {
        try
        {
            await connection.Server.ConnectAsync(_server.Host, _server.Port, _stopping.Token);
            await Task.WhenAny(PumpAsync(connection, fromClient: true), PumpAsync(connection, fromClient: false));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // As between any two: it is over.
        }

        connection.Dispose();
        lock (_gate)
        {
            _open.Remove(connection);
        }
    }

    private async Task PumpAsync(Connection connection, bool fromClient)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            var (from, to) = fromClient ? (connection.Client, connection.Server) : (connection.Server, connection.Client);
            for (int read; (read = await from.GetStream().ReadAsync(buffer, _stopping.Token)) > 0;)
            {
                if (connection.IsSilent)
                {
                    connection.HasLost = true;
                    continue;
                }

                if (fromClient)
                {
                    connection.Sent += read;
                }
                else if (connection.Sent >= CutAfter)
                {
                    CutAfter = null;
                    return;
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two is gone; the other is told by closing its end.
        }
    }

    private sealed class Connection(TcpClient client, bool isSilent) : IDisposable
    {
        public TcpClient Client => client;

        public TcpClient Server { get; } = new();

        public bool IsSilent { get; set; } = isSilent;

        public bool HasLost { get; set; }

        public long Sent { get; set; }

        public void Dispose()
        {
            client.Dispose();
            Server.Dispose();
        }
    }
}
