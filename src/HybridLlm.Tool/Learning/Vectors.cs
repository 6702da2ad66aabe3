using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HybridLlm.Tool.Learning;

/// <summary>Sums and products of rows of numbers.</summary>
internal static class Vectors
{
    /// <summary>Computes the sum of products.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var vectorsA = MemoryMarshal.Cast<float, Vector<float>>(a);
        var vectorsB = MemoryMarshal.Cast<float, Vector<float>>(b[..a.Length]);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < vectorsA.Length; i++)
        {
            sums += vectorsA[i] * vectorsB[i];
        }

        var sum = Vector.Sum(sums);
        for (var i = vectorsA.Length * Vector<float>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Adds a multiple of a row to another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(ReadOnlySpan<float> values, float scale, Span<float> to)
    {
        var source = MemoryMarshal.Cast<float, Vector<float>>(values);
        var target = MemoryMarshal.Cast<float, Vector<float>>(to[..values.Length]);
        var by = new Vector<float>(scale);
        for (var i = 0; i < source.Length; i++)
        {
            target[i] += by * source[i];
        }

        for (var i = source.Length * Vector<float>.Count; i < values.Length; i++)
        {
            to[i] += scale * values[i];
        }
    }
}
