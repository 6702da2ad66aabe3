namespace HybridLlm.Metrics;

/// <summary>Reads the outcomes of a file line by line, skips and counts what is damaged, and never holds more than a line.</summary>
internal sealed class JournalReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[JournalFormat.MaxLineBytes + 2];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Gets how many lines were skipped so far.</summary>
    public long Damaged { get; private set; }

    /// <summary>Reads the next outcome; <see langword="null"/> at the end of the file.</summary>
    public async ValueTask<CallOutcome?> ReadAsync(CancellationToken cancellationToken)
    {
        var overlong = false;
        while (true)
        {
            var length = _buffer.AsSpan(_start.._end).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var outcome = overlong ? null : Take(length);
                _start += length + 1;
                if (outcome is not null)
                {
                    return outcome;
                }

                overlong = false;
            }
            else if (_ended)
            {
                // The last line has no end when its writer was killed. If only the end is missing, it is as good as the others.
                var outcome = overlong ? null : Take(_end - _start);
                _start = _end;
                return outcome;
            }
            else
            {
                if (_start == 0 && _end == _buffer.Length)
                {
                    Damaged += overlong ? 0 : 1;
                    overlong = true;
                    _end = 0;
                }

                await FillAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private CallOutcome? Take(int length)
    {
        var line = _buffer.AsSpan(_start, length);
        var outcome = JournalFormat.Read(line);
        if (outcome is null && !JournalFormat.IsEmpty(line))
        {
            Damaged++;
        }

        return outcome;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        _ended = read == 0;
    }
}
