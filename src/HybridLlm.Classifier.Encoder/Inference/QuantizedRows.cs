using System.Buffers.Binary;

namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>Rows of numbers in the form Q8_0: blocks of 32 bytes, each block with a scale.</summary>
internal sealed class QuantizedRows(byte[] blocks, int width)
{
    /// <summary>The number of the form in GGUF files.</summary>
    public const int Type = 8;

    /// <summary>The numbers of a block.</summary>
    public const int BlockLength = 32;

    /// <summary>The bytes of a block.</summary>
    public const int BlockBytes = 2 + BlockLength;

    /// <summary>Expands a row.</summary>
    public void Row(int row, Span<float> values)
    {
        var bytes = width / BlockLength * BlockBytes;
        Expand(blocks.AsSpan(row * bytes, bytes), values[..width]);
    }

    /// <summary>Expands blocks.</summary>
    public static void Expand(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (var at = 0; at < values.Length; at += BlockLength)
        {
            var block = blocks.Slice(at / BlockLength * BlockBytes, BlockBytes);
            var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
            for (var i = 0; i < BlockLength; i++)
            {
                values[at + i] = scale * (sbyte)block[2 + i];
            }
        }
    }
}
