using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HybridLlm.Tool.Learning;

/// <summary>
/// The factor L of a symmetric positive definite matrix A = L·Lᵀ: the same input gives the same bits. The matrix is square, row after row, and only its lower
/// half is read and written.
/// </summary>
internal sealed class Cholesky
{
    private const int Panel = 64;
    private const int RowsAtOnce = 4;
    private const float SmallestPivot = 1e-6f;

    private readonly float[] _lower;

    private Cholesky(float[] lower, int size)
    {
        _lower = lower;
        Size = size;
    }

    /// <summary>Gets the number of rows.</summary>
    public int Size { get; }

    /// <summary>Factors a matrix in place: it is the factor's from here on.</summary>
    public static Cholesky Factor(float[] matrix, int size, CancellationToken cancellationToken)
    {
        var panel = new float[size * Panel];
        for (var start = 0; start < size; start += Panel)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = Math.Min(size, start + Panel);
            FactorDiagonal(matrix, size, start, end);
            FactorBelow(matrix, size, start, end);
            Update(matrix, size, start, end, panel);
        }

        return new(matrix, size);
    }

    /// <summary>Solves A·x = b.</summary>
    public float[] Solve(ReadOnlySpan<float> b)
    {
        var x = b.ToArray();
        for (var i = 0; i < Size; i++)
        {
            x[i] = (x[i] - Vectors.Dot(Row(i)[..i], x.AsSpan(0, i))) / _lower[At(i, i)];
        }

        for (var i = Size - 1; i >= 0; i--)
        {
            x[i] /= _lower[At(i, i)];
            Vectors.AddScaled(Row(i)[..i], -x[i], x.AsSpan(0, i));
        }

        return x;
    }

    /// <summary>Computes the diagonal of the inverse of A.</summary>
    public double[] InverseDiagonal(CancellationToken cancellationToken)
    {
        // The rows of the inverse of L, one after another: each is a sum of those before it. The diagonal wanted is the squared length of its columns.
        var inverse = new float[_lower.Length];
        var diagonal = new double[Size];
        for (var start = 0; start < Size; start += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = Math.Min(Size, start + RowsAtOnce);

            // All rows of the group take what is above the group first, so that each row above is read once for the whole group.
            for (var above = 0; above < start; above++)
            {
                var source = inverse.AsSpan(above * Size, above + 1);
                for (var i = start; i < end; i++)
                {
                    Vectors.AddScaled(source, -_lower[At(i, above)], inverse.AsSpan(i * Size, above + 1));
                }
            }

            for (var i = start; i < end; i++)
            {
                var row = inverse.AsSpan(i * Size, i + 1);
                for (var above = start; above < i; above++)
                {
                    Vectors.AddScaled(inverse.AsSpan(above * Size, above + 1), -_lower[At(i, above)], row[..(above + 1)]);
                }

                row[i] = 1;
                var scale = 1 / _lower[At(i, i)];
                for (var j = 0; j <= i; j++)
                {
                    row[j] *= scale;
                    diagonal[j] += (double)row[j] * row[j];
                }
            }
        }

        return diagonal;
    }

    private static void FactorDiagonal(float[] a, int size, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            for (var j = start; j <= i; j++)
            {
                double sum = a[(i * size) + j];
                for (var k = start; k < j; k++)
                {
                    sum -= (double)a[(i * size) + k] * a[(j * size) + k];
                }

                a[(i * size) + j] = i == j ? MathF.Sqrt(Math.Max((float)sum, SmallestPivot)) : (float)(sum / a[(j * size) + j]);
            }
        }
    }

    private static void FactorBelow(float[] a, int size, int start, int end)
    {
        for (var i = end; i < size; i++)
        {
            for (var j = start; j < end; j++)
            {
                var sum = a[(i * size) + j] - Vectors.Dot(a.AsSpan((i * size) + start, j - start), a.AsSpan((j * size) + start, j - start));
                a[(i * size) + j] = sum / a[(j * size) + j];
            }
        }
    }

    // Takes the panel's share from what is to the right of it: nearly all of the work. The panel is copied out, so that its rows lie side by side.
    private static void Update(float[] a, int size, int start, int end, float[] panel)
    {
        var rows = size - end;
        if (rows == 0)
        {
            return;
        }

        for (var i = 0; i < rows; i++)
        {
            a.AsSpan(((end + i) * size) + start, Panel).CopyTo(panel.AsSpan(i * Panel));
        }

        var row = 0;
        for (; row + RowsAtOnce <= rows; row += RowsAtOnce)
        {
            for (var column = 0; column < row + RowsAtOnce; column++)
            {
                Take(a, size, end, panel, row, column);
            }
        }

        for (; row < rows; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                a[((end + row) * size) + end + column] -= Vectors.Dot(panel.AsSpan(row * Panel, Panel), panel.AsSpan(column * Panel, Panel));
            }
        }
    }

    // Four rows by one column. Above the diagonal the results are of no use, and of no harm: nobody reads there.
    private static void Take(float[] a, int size, int end, float[] panel, int row, int column)
    {
        ref var p = ref MemoryMarshal.GetArrayDataReference(panel);
        var at = (nuint)(row * Panel);
        var other = (nuint)(column * Panel);
        var s0 = Vector256<float>.Zero;
        var s1 = s0;
        var s2 = s0;
        var s3 = s0;
        for (nuint k = 0; k < Panel; k += (nuint)Vector256<float>.Count)
        {
            var v = Vector256.LoadUnsafe(ref p, other + k);
            s0 = Vector256.FusedMultiplyAdd(v, Vector256.LoadUnsafe(ref p, at + k), s0);
            s1 = Vector256.FusedMultiplyAdd(v, Vector256.LoadUnsafe(ref p, at + Panel + k), s1);
            s2 = Vector256.FusedMultiplyAdd(v, Vector256.LoadUnsafe(ref p, at + (2 * Panel) + k), s2);
            s3 = Vector256.FusedMultiplyAdd(v, Vector256.LoadUnsafe(ref p, at + (3 * Panel) + k), s3);
        }

        var first = ((end + row) * size) + end + column;
        a[first] -= Vector256.Sum(s0);
        a[first + size] -= Vector256.Sum(s1);
        a[first + (2 * size)] -= Vector256.Sum(s2);
        a[first + (3 * size)] -= Vector256.Sum(s3);
    }

    private ReadOnlySpan<float> Row(int i) => _lower.AsSpan(i * Size, Size);

    private int At(int i, int j) => (i * Size) + j;
}
