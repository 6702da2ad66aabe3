using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace HybridLlm.Testing.Http;

/// <summary>
/// Writes one answer, byte for byte. A write completes when the operating system has taken all of its bytes, so that what was
/// written before a reset or a close is really on the wire.
/// </summary>
internal sealed class ResponseWriter(ConnectionContext connection, Func<ResponseHead, string> style, bool head, CancellationToken stopping)
{
    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();

    private readonly PipeWriter _output = connection.Transport.Output;
    private bool _gone;

    /// <summary>Gets a value indicating whether the last bytes of the answer are on their way: whoever leaves from here on has been served.</summary>
    public bool Finishing { get; private set; }

    public bool Started { get; private set; }

    public int Status { get; private set; }

    /// <summary>Gets a value indicating whether the connection cannot carry another answer.</summary>
    public bool Over { get; private set; }

    public Task SendAsync(ResponseHead answer, ReadOnlyMemory<byte> body) =>
        SendPartAsync(answer with { ContentLength = body.Length }, body);

    /// <summary>Sends a head, and what there is of the body that its content length promises.</summary>
    public Task SendPartAsync(ResponseHead answer, ReadOnlyMemory<byte> part)
    {
        var bytes = Begin(answer);
        byte[] whole = head ? bytes : [.. bytes, .. part.Span];
        Finishing = part.Length == answer.ContentLength;
        return FlushAsync(whole);
    }

    public Task StartChunkedAsync(ResponseHead answer) => FlushAsync(Begin(answer));

    public Task WriteChunkAsync(ReadOnlyMemory<byte> data)
    {
        var size = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{data.Length:x}\r\n"));
        byte[] chunk = [.. size, .. data.Span, (byte)'\r', (byte)'\n'];
        return FlushAsync(chunk);
    }

    public Task EndChunksAsync()
    {
        Finishing = true;
        return FlushAsync(LastChunk);
    }

    /// <summary>Gets a value indicating whether the answer was cut off on purpose.</summary>
    public bool Cut { get; private set; }

    /// <summary>Gets a value indicating whether the client has closed the connection, or its sending side of it.</summary>
    public bool ClientHasLeft => _gone || connection.ConnectionClosed.IsCancellationRequested;

    /// <summary>Ends the connection properly (FIN), although the answer is not whole.</summary>
    public void Close() => Over = Cut = true;

    /// <summary>Ends the connection with a reset (RST).</summary>
    public void Reset()
    {
        Over = Cut = true;
        connection.Abort(new ConnectionAbortedException("The fault plan resets the connection."));
    }

    private byte[] Begin(ResponseHead answer)
    {
        Started = true;
        Status = answer.Status;
        Over |= answer.Close;
        return Encoding.Latin1.GetBytes(style(answer));
    }

    private async Task FlushAsync(ReadOnlyMemory<byte> bytes)
    {
        // The last bytes are waited for even if the client closes meanwhile: it may do so because it has them all.
        var write = _output.WriteAsync(bytes, CancellationToken.None);
        var result = await write.AsTask().WaitAsync(Finishing ? stopping : connection.ConnectionClosed).ConfigureAwait(false);
        if (result.IsCompleted)
        {
            // The transport could not send; that the connection is closed it tells a little later.
            _gone = true;
            throw new OperationCanceledException("The client has gone.", connection.ConnectionClosed);
        }
    }
}
