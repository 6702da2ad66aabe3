using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace HybridLlm.Testing.Http;

/// <summary>Reads HTTP/1.1 requests, one after the other, from a connection.</summary>
internal sealed class RequestReader(PipeReader input, PipeWriter output)
{
    private const int MaxHeadBytes = 64 * 1024;
    private const int MaxBodyBytes = 64 * 1024 * 1024;

    /// <summary>Reads the next request.</summary>
    /// <returns>The request; <see langword="null"/> when the client has closed its side before the request was whole.</returns>
    public async ValueTask<WireRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await ReadToAsync("\r\n\r\n"u8.ToArray(), MaxHeadBytes, cancellationToken).ConfigureAwait(false) is not { } head)
        {
            return null;
        }

        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        var start = lines[0].Split(' ');
        if (start.Length != 3 || !start[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            throw new WireFormatException("The request line is not one.");
        }

        var headers = lines.Skip(1).Select(ParseHeader).ToList();
        if (await ReadBodyAsync(headers, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            return null;
        }

        var target = start[1].Split('?', 2);
        var close = start[2] == "HTTP/1.0" || string.Equals(Value(headers, "Connection"), "close", StringComparison.OrdinalIgnoreCase);
        return new WireRequest(start[0], target[0], target.Length > 1 ? target[1] : string.Empty, headers, body, close);
    }

    private static KeyValuePair<string, string> ParseHeader(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            ? new KeyValuePair<string, string>(line[..colon], line[(colon + 1)..].Trim())
            : throw new WireFormatException("A header line has no name.");
    }

    private static string? Value(List<KeyValuePair<string, string>> headers, string name) =>
        headers.Find(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private async ValueTask<byte[]?> ReadBodyAsync(List<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        if (string.Equals(Value(headers, "Expect"), "100-continue", StringComparison.OrdinalIgnoreCase))
        {
            await output.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }

        if (string.Equals(Value(headers, "Transfer-Encoding"), "chunked", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadChunksAsync(cancellationToken).ConfigureAwait(false);
        }

        if (Value(headers, "Content-Length") is not { } text)
        {
            return [];
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= MaxBodyBytes
            ? await ReadExactlyAsync(length, cancellationToken).ConfigureAwait(false)
            : throw new WireFormatException("The content length is no number, or too big.");
    }

    private async ValueTask<byte[]?> ReadChunksAsync(CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            if (await ReadToAsync("\r\n"u8.ToArray(), MaxHeadBytes, cancellationToken).ConfigureAwait(false) is not { } line)
            {
                return null;
            }

            var size = Encoding.Latin1.GetString(line).Split(';')[0];
            if (!int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)
                || length < 0 || length > MaxBodyBytes - body.WrittenCount)
            {
                throw new WireFormatException("A chunk has no size, or a size too big.");
            }

            // Every chunk ends with a line break, the last one, which is empty, too: no client of ours sends trailers.
            if (await ReadExactlyAsync(length + 2, cancellationToken).ConfigureAwait(false) is not { } chunk)
            {
                return null;
            }

            if (length == 0)
            {
                return body.WrittenSpan.ToArray();
            }

            body.Write(chunk.AsSpan(0, length));
        }
    }

    /// <summary>Reads up to a delimiter and drops it.</summary>
    private async ValueTask<byte[]?> ReadToAsync(byte[] delimiter, int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            var reader = new SequenceReader<byte>(buffer);
            if (reader.TryReadTo(out ReadOnlySequence<byte> found, delimiter))
            {
                var bytes = found.ToArray();
                input.AdvanceTo(reader.Position);
                return bytes;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }

            if (buffer.Length > limit)
            {
                throw new WireFormatException("The head of the request is too long.");
            }
        }
    }

    private async ValueTask<byte[]?> ReadExactlyAsync(int length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            // A pipe asked for nothing waits for something.
            return [];
        }

        var result = await input.ReadAtLeastAsync(length, cancellationToken).ConfigureAwait(false);
        if (result.Buffer.Length < length)
        {
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            return null;
        }

        var wanted = result.Buffer.Slice(0, length);
        var bytes = wanted.ToArray();
        input.AdvanceTo(wanted.End);
        return bytes;
    }
}
