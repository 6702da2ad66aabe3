using System.Buffers;

namespace HybridLlm.OpenAICompatible.Http;

/// <summary>A growing buffer from the shared pool. It is returned to the pool once, by <see cref="Dispose"/>; a buffer that is never disposed is merely collected.</summary>
internal sealed class PooledBuffer(int capacity) : IBufferWriter<byte>, IDisposable
{
    private byte[]? _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Memory => Bytes.AsMemory(0, Length);

    internal ReadOnlySpan<byte> Span => Bytes.AsSpan(0, Length);

    private byte[] Bytes => _bytes ?? throw new ObjectDisposedException(nameof(PooledBuffer));

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return Bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return Bytes.AsSpan(Length);
    }

    public void Dispose()
    {
        if (_bytes is { } bytes)
        {
            _bytes = null;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Grow(int sizeHint)
    {
        var bytes = Bytes;
        var needed = Math.Max(sizeHint, 1);
        if (bytes.Length - Length >= needed)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(bytes.Length * 2, Length + needed)));
        bytes.AsSpan(0, Length).CopyTo(larger);
        _bytes = larger;
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
