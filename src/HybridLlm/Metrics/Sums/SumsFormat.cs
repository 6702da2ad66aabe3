using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HybridLlm.Metrics.Sums;

/// <summary>What the writer and the reader of a file of sums agree on.</summary>
/// <remarks>
/// The file begins with a header: the magic number, the number of sections, and for each the position, length and check sum; then the check sum of that. The sections follow.
/// It is made from the snapshot alone and can be thrown away at any time: then the snapshot is read instead, which takes longer.
/// </remarks>
internal static class SumsFormat
{
    /// <summary>The end of it is the version: a file of another version is not read, and made again by the next merge.</summary>
    public const ulong Magic = 0x32_30_53_4D_55_53_4C_48;

    public const int Sections = 4;
    public const int Head = 0;
    public const int Rows = 1;
    public const int Ids = 2;
    public const int Recent = 3;

    public const int HeaderBytes = 8 + (Sections * 24) + 8;

    /// <summary>
    /// How many attempts and ratings of a model at a task and complexity are kept to learn from: eight half-lives of the statistics, after which a call weighs 0.4 %. For those who
    /// remember longer, what came before counts as its average.
    /// </summary>
    public const int RecentPerCell = 400;

    /// <summary>How many of the latest outcomes of a snapshot are kept in any case, so that their answers can be rated after a restart.</summary>
    public const int RecentInAll = 10_000;

    /// <summary>A check sum against damage, not against malice.</summary>
    public static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        const ulong Prime = 0x9E37_79B9_7F4A_7C15;
        var sum = (ulong)bytes.Length * Prime;
        if (BitConverter.IsLittleEndian)
        {
            foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            {
                sum = (ulong.RotateLeft(sum, 23) ^ word) * Prime;
            }
        }
        else
        {
            for (var i = 0; i + 8 <= bytes.Length; i += 8)
            {
                sum = (ulong.RotateLeft(sum, 23) ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[i..])) * Prime;
            }
        }

        foreach (var rest in bytes[(bytes.Length & ~7)..])
        {
            sum = (ulong.RotateLeft(sum, 23) ^ rest) * Prime;
        }

        return sum ^ (sum >> 29);
    }
}
