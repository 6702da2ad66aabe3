using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HybridLlm.Testing.Tests.Support;

/// <summary>How a connection looks to the client after an answer.</summary>
internal enum RawEnding
{
    /// <summary>The answer was whole; the connection may still be open.</summary>
    Whole,

    /// <summary>The server closed the connection properly before the answer was whole.</summary>
    Fin,

    /// <summary>The server reset the connection.</summary>
    Reset,
}

/// <summary>An answer as it came off the wire.</summary>
internal sealed record RawResponse(string Head, IReadOnlyList<byte[]> Chunks, RawEnding Ending)
{
    public int Status => Head.Length == 0 ? 0 : int.Parse(Head.Split(' ')[1], CultureInfo.InvariantCulture);

    public bool Chunked => Head.Contains("chunked", StringComparison.OrdinalIgnoreCase);

    /// <summary>Gets the body, without the framing of chunks.</summary>
    public string Body => Encoding.UTF8.GetString(Chunks.SelectMany(static chunk => chunk).ToArray());

    public string? Header(string name) => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();
}

/// <summary>A connection without an HTTP client on it: sees bytes, FIN and RST.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly List<byte> _received = [];
    private RawEnding? _ended;

    public static async Task<RawClient> ConnectAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(IPAddress.Loopback, endpoint.Port, cancellationToken);
        return client;
    }

    public static byte[] Post(string path, string body, params string[] headers) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{string.Concat(headers.Select(static header => header + "\r\n"))}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    public static byte[] Get(string path, params string[] headers) => Encoding.UTF8.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{string.Concat(headers.Select(static header => header + "\r\n"))}\r\n");

    public static async Task<RawResponse> ExchangeAsync(Uri endpoint, byte[] request, CancellationToken cancellationToken)
    {
        using var client = await ConnectAsync(endpoint, cancellationToken);
        await client.SendAsync(request, cancellationToken);
        return await client.ReceiveAsync(cancellationToken, request.AsSpan().StartsWith("HEAD "u8));
    }

    public async Task SendAsync(byte[] bytes, CancellationToken cancellationToken) =>
        await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken);

    /// <summary>Closes the sending side only.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads one answer, to its end or to the end of the connection.</summary>
    public async Task<RawResponse> ReceiveAsync(CancellationToken cancellationToken, bool head = false)
    {
        while (true)
        {
            if (Parse(head) is { } answer)
            {
                return answer;
            }

            await ReceiveMoreAsync(cancellationToken);
        }
    }

    /// <summary>Waits until so many bytes of body text have come, whatever comes after them.</summary>
    public async Task<string> ReceiveUntilAsync(Func<string, bool> enough, CancellationToken cancellationToken)
    {
        while (true)
        {
            var text = Encoding.UTF8.GetString(_received.ToArray());
            if (enough(text) || _ended is not null)
            {
                return text;
            }

            await ReceiveMoreAsync(cancellationToken);
        }
    }

    /// <summary>Waits for the end of the connection.</summary>
    public async Task<RawEnding> EndAsync(CancellationToken cancellationToken)
    {
        while (_ended is null)
        {
            await ReceiveMoreAsync(cancellationToken);
        }

        return _ended.Value;
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReceiveMoreAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            var count = await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            _received.AddRange(buffer.AsSpan(0, count));
            _ended = count == 0 ? RawEnding.Fin : null;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            _ended = RawEnding.Reset;
        }
    }

    private RawResponse? Parse(bool headOnly)
    {
        var bytes = _received.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return _ended is { } ended ? new RawResponse(string.Empty, [], ended) : null;
        }

        var head = Encoding.Latin1.GetString(bytes, 0, end);
        var body = bytes[(end + 4)..];
        var answer = new RawResponse(head, [body], _ended ?? RawEnding.Whole);
        if (answer.Chunked)
        {
            return ParseChunks(answer, body);
        }

        var length = headOnly ? 0 : int.Parse(answer.Header("Content-Length") ?? "0", CultureInfo.InvariantCulture);
        if (body.Length < length)
        {
            return _ended is null ? null : answer;
        }

        _received.RemoveRange(0, end + 4 + length);
        return answer with { Chunks = [body[..length]], Ending = RawEnding.Whole };
    }

    private RawResponse? ParseChunks(RawResponse answer, byte[] body)
    {
        List<byte[]> chunks = [];
        var at = 0;
        while (true)
        {
            var line = body.AsSpan(at).IndexOf("\r\n"u8);
            if (line < 0)
            {
                break;
            }

            var size = int.Parse(Encoding.ASCII.GetString(body, at, line), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at += line + 2;
            if (body.Length < at + size + 2)
            {
                break;
            }

            if (size == 0)
            {
                _received.RemoveRange(0, _received.Count - body.Length + at + 2);
                return answer with { Chunks = chunks, Ending = RawEnding.Whole };
            }

            chunks.Add(body[at..(at + size)]);
            at += size + 2;
        }

        return _ended is null ? null : answer with { Chunks = chunks };
    }
}
