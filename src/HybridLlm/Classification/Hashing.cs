using System.Runtime.CompilerServices;

namespace HybridLlm.Classification;

/// <summary>The hash by which features are found. The shipped weights depend on every bit of it.</summary>
internal static class Hashing
{
    /// <summary>What a hash starts from.</summary>
    public const uint Start = 0x811C9DC5;

    /// <summary>Takes a value into a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(uint hash, uint value) => (hash ^ value) * 0x9E3779B1 + (hash >> 15);

    /// <summary>Spreads a hash over all its bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Finish(uint hash)
    {
        hash ^= hash >> 15;
        hash *= 0x2C1B3C6D;
        hash ^= hash >> 13;
        return hash * 0x297A2D39;
    }

    /// <summary>Takes a constant text; not for hot code.</summary>
    public static uint Of(ReadOnlySpan<char> text)
    {
        var hash = Start;
        foreach (var c in text)
        {
            hash = Add(hash, c);
        }

        return hash;
    }
}
