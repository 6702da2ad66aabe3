using System.Buffers;

namespace HybridLlm.Ollama.Wire;

/// <summary>Reads the lines of a stream, each of bounded length, however the network has cut them up. Empty lines are passed over.</summary>
/// <param name="stream">The stream.</param>
/// <param name="maxLineBytes">The longest line.</param>
/// <param name="tooLong">Makes the exception for a longer one.</param>
internal sealed class LineReader(Stream stream, int maxLineBytes, Func<Exception> tooLong) : IDisposable
{
    private const int InitialBytes = 8192;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private Range _line;
    private int _start;
    private int _searched;
    private int _end;
    private bool _isEnded;

    /// <summary>Gets the line without its end. It is valid until the next one is read.</summary>
    internal ReadOnlySpan<byte> Line => _buffer.AsSpan()[_line];

    /// <summary>Gets a value indicating whether the line had an end: one without may be torn.</summary>
    internal bool IsTerminated { get; private set; }

    /// <summary>Gets room for bytes that are read and thrown away, once no line is wanted any more.</summary>
    internal Memory<byte> Scratch => _buffer;

    /// <summary>Reads the next line.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether there was one.</returns>
    internal async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TakeLine())
            {
                if (Line.ContainsAnyExcept((byte)' ', (byte)'\t'))
                {
                    return true;
                }

                continue;
            }

            if (_isEnded)
            {
                return false;
            }

            MakeRoom();
            var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += count;
            _isEnded = count == 0;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _line = default;
        }
    }

    private bool TakeLine()
    {
        var found = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (found < 0 && (!_isEnded || _start == _end))
        {
            _searched = _end;
            return false;
        }

        IsTerminated = found >= 0;
        var end = IsTerminated ? _searched + found : _end;
        var next = IsTerminated ? end + 1 : end;
        if (end - _start > maxLineBytes)
        {
            throw tooLong();
        }

        _line = _start..(end > _start && _buffer[end - 1] == '\r' ? end - 1 : end);
        _start = _searched = next;
        return true;
    }

    private void MakeRoom()
    {
        if (_end - _start > maxLineBytes)
        {
            throw tooLong();
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _searched -= _start;
            _start = 0;
        }

        if (_end < _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
