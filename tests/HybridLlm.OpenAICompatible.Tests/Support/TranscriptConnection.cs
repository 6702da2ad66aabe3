using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HybridLlm.OpenAICompatible.Tests.Support;

/// <summary>One connection of a <see cref="TranscriptServer"/>.</summary>
internal sealed class TranscriptConnection(Socket socket, ConcurrentQueue<TranscriptRequest> requests, CancellationToken stop) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly TaskCompletionSource _clientGone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal CancellationToken Stopping => stop;

    internal Task ClientGone => _clientGone.Task;

    /// <summary>Reads the next request.</summary>
    /// <returns>The request; null if the client has closed the connection.</returns>
    internal async Task<TranscriptRequest?> ReadRequestAsync()
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await _stream.ReadAsync(one, stop) == 0)
            {
                NoteClientGone();
                return null;
            }

            head.Add(one[0]);
        }

        var text = Encoding.ASCII.GetString([.. head]);
        var length = new TranscriptRequest(text, []).Header("Content-Length") is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : 0;
        var body = new byte[length];
        await _stream.ReadExactlyAsync(body, stop);
        var request = new TranscriptRequest(text, body);
        requests.Enqueue(request);
        return request;
    }

    internal async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _stream.WriteAsync(bytes, stop);
        await _stream.FlushAsync(stop);
    }

    internal Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Waits until the client closes the connection.</summary>
    internal async Task WaitForClientToGoAsync()
    {
        var buffer = new byte[256];
        try
        {
            while (await _stream.ReadAsync(buffer, stop) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is a way to go, too.
        }

        NoteClientGone();
    }

    internal void NoteClientGone() => _clientGone.TrySetResult();

    public void Dispose() => _stream.Dispose();
}
