using System.Buffers;

namespace HybridLlm.OpenAICompatible.Http;

/// <summary>Stands between the connection and the parser of events: it bounds the size of an event and remembers the end of what came.</summary>
/// <remarks>
/// The parser passes over lines that are no field of an event, as the standard wants it. Some servers say in such a line why they break off,
/// and <see cref="Tail"/> still has it.
/// </remarks>
internal sealed class EventByteStream(Stream inner, int maxEventBytes, Func<Exception> tooLong) : Stream
{
    private const int TailLength = 2048;

    private byte[] _tail = ArrayPool<byte>.Shared.Rent(TailLength);
    private int _tailCount;
    private long _sinceEvent;

    /// <summary>Gets the last bytes of the stream, at most 2,048.</summary>
    internal ReadOnlySpan<byte> Tail => _tail.AsSpan(0, _tailCount);

    /// <summary>Gets a value indicating whether <see cref="Tail"/> begins in the middle of the stream.</summary>
    internal bool IsTailCut { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Closes the connection at once, for an answer that nobody wants any more.</summary>
    /// <returns>A task that completes when the connection is closed.</returns>
    internal ValueTask AbandonAsync() => AbandonedStream.CloseAsync(inner, _tail.AsMemory(0, TailLength));

    /// <summary>Tells that an event is complete.</summary>
    internal void EventSeen() => _sinceEvent = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Observe(buffer.Span[..count]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _tail.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_tail);
            _tail = [];
            _tailCount = 0;
        }

        base.Dispose(disposing);
    }

    private void Observe(ReadOnlySpan<byte> bytes)
    {
        // A blank line ends an event; comments, which are no events, end so too.
        var end = bytes.LastIndexOf("\n\n"u8);
        _sinceEvent = end < 0 ? _sinceEvent + bytes.Length : bytes.Length - end;
        if (_sinceEvent > maxEventBytes)
        {
            throw tooLong();
        }

        if (bytes.Length >= TailLength)
        {
            IsTailCut |= _tailCount > 0 || bytes.Length > TailLength;
            bytes[^TailLength..].CopyTo(_tail);
            _tailCount = TailLength;
            return;
        }

        var kept = Math.Min(_tailCount, TailLength - bytes.Length);
        if (kept < _tailCount)
        {
            IsTailCut = true;
            _tail.AsSpan(_tailCount - kept, kept).CopyTo(_tail);
        }

        bytes.CopyTo(_tail.AsSpan(kept));
        _tailCount = kept + bytes.Length;
    }
}
