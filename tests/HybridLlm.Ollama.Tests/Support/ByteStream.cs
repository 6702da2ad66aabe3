namespace HybridLlm.Ollama.Tests.Support;

/// <summary>A stream that comes in pieces which end where they are told to.</summary>
internal sealed class ByteStream(byte[] bytes, params int[] ends) : MemoryStream(bytes, writable: false)
{
    private int _piece;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_piece < ends.Length && Position >= ends[_piece])
        {
            _piece++;
        }

        var end = _piece < ends.Length ? ends[_piece] : Length;
        return new(Read(buffer.Span[..(int)Math.Min(buffer.Length, end - Position)]));
    }
}
