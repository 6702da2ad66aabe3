using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace HybridLlm.Experiments;

/// <summary>Draws by a key: the same key draws the same number in every process and on every machine, so that nothing need be remembered.</summary>
internal static class KeyHash
{
    /// <summary>Draws two independent numbers.</summary>
    /// <param name="purpose">What is drawn for; another purpose draws other numbers.</param>
    /// <param name="key">The key.</param>
    /// <returns>Two numbers, each from 0 to below 1.</returns>
    public static (double First, double Second) Draw(string purpose, string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{key}"), hash);
        return (Fraction(hash), Fraction(hash[sizeof(ulong)..]));
    }

    // The highest 53 bits are what a double holds exactly.
    private static double Fraction(ReadOnlySpan<byte> bytes) => (BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 11) * Math.ScaleB(1, -53);
}
