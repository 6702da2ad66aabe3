using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>A linear layer: outputs are rows of weights times the input, plus a bias. The number of outputs is a multiple of <see cref="PanelWidth"/>.</summary>
internal sealed class Matrix
{
    /// <summary>The outputs that are computed side by side.</summary>
    public const int PanelWidth = 16;

    private const int InputsAtOnce = 6;

    private readonly float[] _panels;
    private readonly float[] _bias;
    private readonly int _inputs;

    /// <param name="weights">The weights, one row for each output.</param>
    /// <param name="bias">The bias of each output.</param>
    public Matrix(ReadOnlySpan<float> weights, float[] bias)
    {
        _bias = bias;
        _inputs = weights.Length / bias.Length;
        _panels = new float[weights.Length];

        // The weights of a panel that meet the same input lie side by side: one load serves many outputs, and no sum goes across a vector.
        for (var o = 0; o < bias.Length; o++)
        {
            var panel = o / PanelWidth * PanelWidth * _inputs;
            for (var i = 0; i < _inputs; i++)
            {
                _panels[panel + (i * PanelWidth) + (o % PanelWidth)] = weights[(o * _inputs) + i];
            }
        }
    }

    /// <summary>Applies the layer to rows of inputs.</summary>
    public void Apply(ReadOnlySpan<float> input, int rows, Span<float> output)
    {
        // Checked once here, because the tiles read and write without bounds.
        input = input[..(rows * _inputs)];
        output = output[..(rows * _bias.Length)];
        for (var o = 0; o < _bias.Length; o += PanelWidth)
        {
            if (rows < InputsAtOnce)
            {
                for (var row = 0; row < rows; row++)
                {
                    Row(input, row, output, o);
                }

                continue;
            }

            // The last tile begins earlier where rows do not come out even: it computes some rows again, to the same bits.
            for (var row = 0; row < rows; row += InputsAtOnce)
            {
                Tile(input, Math.Min(row, rows - InputsAtOnce), output, o);
            }
        }
    }

    /// <summary>Computes the sum of products; the length is a multiple of eight.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < a.Length; i += Vector256<float>.Count)
        {
            sum = Vector256.FusedMultiplyAdd(Vector256.Create(a[i..]), Vector256.Create(b[i..]), sum);
        }

        return Vector256.Sum(sum);
    }

    private void Row(ReadOnlySpan<float> input, int row, Span<float> output, int o)
    {
        ref var w = ref Panel(o);
        ref var x = ref MemoryMarshal.GetReference(input);
        var at = (nuint)(row * _inputs);
        var s0 = Vector256.Create(_bias.AsSpan(o));
        var s1 = Vector256.Create(_bias.AsSpan(o + Vector256<float>.Count));
        for (nuint i = 0; i < (nuint)_inputs; i++)
        {
            var v = Vector256.Create(Unsafe.Add(ref x, at + i));
            s0 = Vector256.FusedMultiplyAdd(v, Vector256.LoadUnsafe(ref w, i * PanelWidth), s0);
            s1 = Vector256.FusedMultiplyAdd(v, Vector256.LoadUnsafe(ref w, (i * PanelWidth) + (nuint)Vector256<float>.Count), s1);
        }

        Put(output, (row * _bias.Length) + o, s0, s1);
    }

    // Six rows of input by sixteen outputs: twelve sums stay in registers, and each number loaded is used several times.
    private void Tile(ReadOnlySpan<float> input, int row, Span<float> output, int o)
    {
        ref var w = ref Panel(o);
        ref var x = ref MemoryMarshal.GetReference(input);
        var n = (nuint)_inputs;
        var x0 = (nuint)row * n;
        var x1 = x0 + n;
        var x2 = x1 + n;
        var x3 = x2 + n;
        var x4 = x3 + n;
        var x5 = x4 + n;
        var a0 = Vector256.Create(_bias.AsSpan(o));
        var b0 = Vector256.Create(_bias.AsSpan(o + Vector256<float>.Count));
        var a1 = a0;
        var b1 = b0;
        var a2 = a0;
        var b2 = b0;
        var a3 = a0;
        var b3 = b0;
        var a4 = a0;
        var b4 = b0;
        var a5 = a0;
        var b5 = b0;
        for (nuint i = 0; i < n; i++)
        {
            var wa = Vector256.LoadUnsafe(ref w, i * PanelWidth);
            var wb = Vector256.LoadUnsafe(ref w, (i * PanelWidth) + (nuint)Vector256<float>.Count);
            var v = Vector256.Create(Unsafe.Add(ref x, x0 + i));
            a0 = Vector256.FusedMultiplyAdd(v, wa, a0);
            b0 = Vector256.FusedMultiplyAdd(v, wb, b0);
            v = Vector256.Create(Unsafe.Add(ref x, x1 + i));
            a1 = Vector256.FusedMultiplyAdd(v, wa, a1);
            b1 = Vector256.FusedMultiplyAdd(v, wb, b1);
            v = Vector256.Create(Unsafe.Add(ref x, x2 + i));
            a2 = Vector256.FusedMultiplyAdd(v, wa, a2);
            b2 = Vector256.FusedMultiplyAdd(v, wb, b2);
            v = Vector256.Create(Unsafe.Add(ref x, x3 + i));
            a3 = Vector256.FusedMultiplyAdd(v, wa, a3);
            b3 = Vector256.FusedMultiplyAdd(v, wb, b3);
            v = Vector256.Create(Unsafe.Add(ref x, x4 + i));
            a4 = Vector256.FusedMultiplyAdd(v, wa, a4);
            b4 = Vector256.FusedMultiplyAdd(v, wb, b4);
            v = Vector256.Create(Unsafe.Add(ref x, x5 + i));
            a5 = Vector256.FusedMultiplyAdd(v, wa, a5);
            b5 = Vector256.FusedMultiplyAdd(v, wb, b5);
        }

        var at = (row * _bias.Length) + o;
        Put(output, at, a0, b0);
        Put(output, at + _bias.Length, a1, b1);
        Put(output, at + (2 * _bias.Length), a2, b2);
        Put(output, at + (3 * _bias.Length), a3, b3);
        Put(output, at + (4 * _bias.Length), a4, b4);
        Put(output, at + (5 * _bias.Length), a5, b5);
    }

    private static void Put(Span<float> output, int at, Vector256<float> first, Vector256<float> second)
    {
        first.CopyTo(output[at..]);
        second.CopyTo(output[(at + Vector256<float>.Count)..]);
    }

    private ref float Panel(int o) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_panels), o * _inputs);
}
