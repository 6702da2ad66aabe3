using System.Net;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HybridLlm.OpenAICompatible.Http;

/// <summary>A JSON body in a pooled buffer.</summary>
internal sealed class PooledJsonContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    // Not for HTML: only what JSON itself demands is escaped, which keeps text that is not ASCII short.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    private readonly PooledBuffer _buffer;

    private PooledJsonContent(PooledBuffer buffer)
    {
        _buffer = buffer;
        Headers.ContentType = Json;
    }

    internal ReadOnlySpan<byte> Span => _buffer.Span;

    /// <summary>Writes a body. The writer must not be kept.</summary>
    /// <typeparam name="TState">What the body is made from.</typeparam>
    /// <param name="state">What the body is made from.</param>
    /// <param name="write">Writes the body.</param>
    /// <returns>The content.</returns>
    internal static PooledJsonContent Create<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        var buffer = new PooledBuffer(4096);
        var writer = _writer;
        _writer = null; // A body that is written while another one is gets a writer of its own.
        if (writer is null)
        {
            writer = new Utf8JsonWriter(buffer, WriterOptions);
        }
        else
        {
            writer.Reset(buffer);
        }

        try
        {
            write(writer, state);
            writer.Flush();
        }
        catch
        {
            buffer.Dispose();
            throw;
        }

        writer.Reset(Stream.Null);
        _writer = writer;
        return new PooledJsonContent(buffer);
    }

    /// <summary>
    /// Gives the buffer back. Only for a body that was sent to its end: one whose request failed may still be read by what sent it, and is left to the collector.
    /// </summary>
    internal void Return() => _buffer.Dispose();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        stream.WriteAsync(_buffer.Memory).AsTask();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_buffer.Memory, cancellationToken).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = _buffer.Length;
        return true;
    }
}
