using System.Security.Cryptography;

namespace HybridLlm.Execution;

/// <summary>Gives out the ids of outcomes: UUIDs of version 7, so that they sort by time.</summary>
/// <remarks>
/// <see cref="Guid.CreateVersion7(DateTimeOffset)"/> asks the operating system for random bits each time, which costs more than all else that
/// is done to record an outcome. Here they are asked for once per process, and a counter makes the difference: RFC 9562, section 6.2, method 1.
/// </remarks>
internal static class OutcomeIds
{
    private const ulong Variant = 0x8000_0000_0000_0000;

    private static readonly ulong Process = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private static uint _count;

    /// <summary>Makes the next id.</summary>
    /// <param name="now">The time that it sorts by.</param>
    public static Guid Next(DateTimeOffset now)
    {
        var count = Interlocked.Increment(ref _count);
        var milliseconds = now.ToUnixTimeMilliseconds();

        // 48 bits of time, 4 of version, 12 of the counter; 2 of variant, 20 of the counter, 42 of the process.
        var low = Variant | ((ulong)(count & 0xF_FFFF) << 42) | (Process & 0x3FF_FFFF_FFFF);
        return new Guid(
            (int)(milliseconds >> 16),
            (short)milliseconds,
            (short)(0x7000 | (count >> 20)),
            (byte)(low >> 56),
            (byte)(low >> 48),
            (byte)(low >> 40),
            (byte)(low >> 32),
            (byte)(low >> 24),
            (byte)(low >> 16),
            (byte)(low >> 8),
            (byte)low);
    }
}
