using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HybridLlm.Benchmarks.Floor;

/// <summary>A server that answers every chat at once with the same bytes, in a process of its own, so that what it allocates is not counted.</summary>
internal sealed class InstantServer : IDisposable
{
    /// <summary>The argument that makes this program the server.</summary>
    public const string Order = "--instant-server";

    /// <summary>How many pieces of text a streamed answer has.</summary>
    public const int Chunks = 100;

    private static readonly byte[] Whole = Http(
        "application/json",
        """{"id":"chatcmpl-1","object":"chat.completion","created":1756000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Paris is the capital of France."},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":24,"completion_tokens":8,"total_tokens":32}}""");

    private static readonly byte[] Streamed = Stream();

    private readonly Process _process;

    private InstantServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Gets the server's address.</summary>
    public Uri Address { get; }

    /// <summary>Starts the server.</summary>
    /// <returns>The server, listening.</returns>
    public static async Task<InstantServer> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(InstantServer).Assembly.Location);
        }

        start.ArgumentList.Add(Order);
        var process = Process.Start(start)!;
        var port = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false);
        return new(process, new Uri($"http://127.0.0.1:{port}"));
    }

    /// <summary>What the server's process does: it serves until its parent is gone.</summary>
    /// <returns>A task that completes then.</returns>
    public static async Task ServeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(512);
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture));
        _ = AcceptAsync(listener);

        // The parent holds the other end of the standard input for as long as it lives.
        await Console.In.ReadToEndAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private static async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            var socket = await listener.AcceptSocketAsync().ConfigureAwait(false);
            socket.NoDelay = true;
            _ = AnswerAsync(socket);
        }
    }

    private static async Task AnswerAsync(Socket socket)
    {
        using var connection = socket;
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length)).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            length += read;
            while (RequestLength(buffer.AsSpan(0, length)) is { } request && request <= length)
            {
                var answer = buffer.AsSpan(0, request).IndexOf("\"stream\":true"u8) >= 0 ? Streamed : Whole;
                await socket.SendAsync(answer).ConfigureAwait(false);
                buffer.AsSpan(request, length - request).CopyTo(buffer);
                length -= request;
            }
        }
    }

    private static int? RequestLength(ReadOnlySpan<byte> bytes)
    {
        var head = bytes.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return null;
        }

        var field = bytes[..head].IndexOf("Content-Length: "u8);
        if (field < 0)
        {
            return head + 4;
        }

        var value = bytes[(field + "Content-Length: "u8.Length)..head];
        var end = value.IndexOf((byte)'\r');
        return head + 4 + int.Parse(end < 0 ? value : value[..end], CultureInfo.InvariantCulture);
    }

    private static byte[] Stream()
    {
        var body = new StringBuilder();
        for (var i = 0; i < Chunks; i++)
        {
            body.Append(CultureInfo.InvariantCulture, $$$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1756000000,"model":"m","choices":[{"index":0,"delta":{"content":"token{{{i}}} "},"logprobs":null,"finish_reason":null}]}""").Append("\n\n");
        }

        body.Append("""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1756000000,"model":"m","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}""").Append("\n\n");
        body.Append("""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1756000000,"model":"m","choices":[],"usage":{"prompt_tokens":24,"completion_tokens":100,"total_tokens":124}}""").Append("\n\n");
        return Http("text/event-stream", body.Append("data: [DONE]\n\n").ToString());
    }

    private static byte[] Http(string type, string body) =>
        Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
}
