using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HybridLlm.Classification;

/// <summary>
/// Which features are known, and the row of each: groups of eight fingerprints, of which one look finds the right one. A feature that was not
/// learned has no row, so it cannot be taken for another that was.
/// </summary>
internal sealed class FeatureTable
{
    /// <summary>The number of features that share a group.</summary>
    public const int Ways = 8;

    private readonly ushort[] _fingerprints;
    private readonly uint _groups;

    /// <param name="fingerprints">The fingerprint of each row; 0 for a row without a feature.</param>
    public FeatureTable(ushort[] fingerprints)
    {
        ArgumentOutOfRangeException.ThrowIfZero(fingerprints.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(fingerprints.Length % Ways, 0);
        _fingerprints = fingerprints;
        _groups = (uint)(fingerprints.Length / Ways);
    }

    /// <summary>Gets the number of rows.</summary>
    public int Rows => _fingerprints.Length;

    /// <summary>Gets the fingerprint of a feature: never 0.</summary>
    public static ushort FingerprintOf(uint feature) => (ushort)(feature | 1);

    /// <summary>Gets the group of a feature.</summary>
    public static int GroupOf(uint feature, uint groups) => (int)(((ulong)feature * groups) >> 32);

    /// <summary>Finds the row of a feature.</summary>
    /// <returns>The row; -1 when the feature is not known.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(uint feature)
    {
        var first = GroupOf(feature, _groups) * Ways;
        var group = Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_fingerprints), (nuint)first);
        var match = Vector128.Equals(group, Vector128.Create(FingerprintOf(feature))).ExtractMostSignificantBits();
        return match == 0 ? -1 : first + System.Numerics.BitOperations.TrailingZeroCount(match);
    }
}
