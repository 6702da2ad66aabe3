using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HybridLlm.OpenAICompatible.Tests.Support;

/// <summary>A server that answers with given bytes, framing and status line included, so that a recording is replayed byte for byte.</summary>
internal sealed class TranscriptServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<TranscriptConnection, Task> _serve;
    private bool _disposed;
    private int _accepted;
    private readonly Task _accepting;

    internal TranscriptServer(Func<TranscriptConnection, Task> serve)
    {
        _serve = serve;
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal string Endpoint => $"http://127.0.0.1:{Port}";

    /// <summary>Gets the requests in the order in which they were read to their end.</summary>
    internal ConcurrentQueue<TranscriptRequest> Requests { get; } = new();

    /// <summary>Gets how many connections were accepted, from before the first byte is answered.</summary>
    internal int ConnectionCount => Volatile.Read(ref _accepted);

    /// <summary>Answers every request with the same bytes and closes the connection.</summary>
    /// <param name="response">The bytes.</param>
    /// <param name="pieces">Where to split the bytes into writes of their own; none for a single write.</param>
    internal static TranscriptServer Replaying(byte[] response, params int[] pieces) =>
        new(async connection =>
        {
            if (await connection.ReadRequestAsync() is null)
            {
                return;
            }

            var from = 0;
            foreach (var to in pieces.Append(response.Length))
            {
                await connection.SendAsync(response.AsMemory(from, to - from));
                from = to;
            }
        });

    internal static TranscriptServer Replaying(string response) => Replaying(Encoding.UTF8.GetBytes(response));

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _accepted);
            _connections.Add(ServeAsync(socket));
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        using var connection = new TranscriptConnection(socket, Requests, _stop.Token);
        try
        {
            await _serve(connection);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // The test is over, or the client has gone; the test sees it on its own side.
            connection.NoteClientGone();
        }
    }
}
