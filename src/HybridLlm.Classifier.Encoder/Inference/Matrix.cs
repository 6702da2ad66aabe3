using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>A linear layer: outputs are rows of weights times the input, plus a bias.</summary>
internal sealed class Matrix(float[] weights, float[] bias)
{
    private const int InputsAtOnce = 4;
    private const int OutputsAtOnce = 2;

    private readonly int _outputs = bias.Length;
    private readonly int _inputs = weights.Length / bias.Length;

    /// <summary>Applies the layer to rows of inputs.</summary>
    public void Apply(ReadOnlySpan<float> input, int rows, Span<float> output)
    {
        ref var w = ref MemoryMarshal.GetArrayDataReference(weights);
        ref var x = ref MemoryMarshal.GetReference(input);
        var row = 0;
        for (; row + InputsAtOnce <= rows; row += InputsAtOnce)
        {
            for (var o = 0; o < _outputs; o += OutputsAtOnce)
            {
                Tile(ref x, row * _inputs, ref w, o * _inputs, output, (row * _outputs) + o);
            }
        }

        for (; row < rows; row++)
        {
            var one = input.Slice(row * _inputs, _inputs);
            for (var o = 0; o < _outputs; o++)
            {
                output[(row * _outputs) + o] = bias[o] + Dot(one, weights.AsSpan(o * _inputs, _inputs));
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

    // Four rows of input by two of weights: each number loaded is used several times before it leaves the registers.
    private void Tile(ref float x, int xAt, ref float w, int wAt, Span<float> output, int outAt)
    {
        var s00 = Vector256<float>.Zero;
        var s01 = s00;
        var s10 = s00;
        var s11 = s00;
        var s20 = s00;
        var s21 = s00;
        var s30 = s00;
        var s31 = s00;
        var n = (nuint)_inputs;
        var x0 = (nuint)xAt;
        var x1 = x0 + n;
        var x2 = x1 + n;
        var x3 = x2 + n;
        var w0 = (nuint)wAt;
        var w1 = w0 + n;
        for (nuint i = 0; i < n; i += (nuint)Vector256<float>.Count)
        {
            var a = Vector256.LoadUnsafe(ref w, w0 + i);
            var b = Vector256.LoadUnsafe(ref w, w1 + i);
            var v = Vector256.LoadUnsafe(ref x, x0 + i);
            s00 = Vector256.FusedMultiplyAdd(v, a, s00);
            s01 = Vector256.FusedMultiplyAdd(v, b, s01);
            v = Vector256.LoadUnsafe(ref x, x1 + i);
            s10 = Vector256.FusedMultiplyAdd(v, a, s10);
            s11 = Vector256.FusedMultiplyAdd(v, b, s11);
            v = Vector256.LoadUnsafe(ref x, x2 + i);
            s20 = Vector256.FusedMultiplyAdd(v, a, s20);
            s21 = Vector256.FusedMultiplyAdd(v, b, s21);
            v = Vector256.LoadUnsafe(ref x, x3 + i);
            s30 = Vector256.FusedMultiplyAdd(v, a, s30);
            s31 = Vector256.FusedMultiplyAdd(v, b, s31);
        }

        var o = outAt % _outputs;
        Put(output, outAt, s00, s01, o);
        Put(output, outAt + _outputs, s10, s11, o);
        Put(output, outAt + (2 * _outputs), s20, s21, o);
        Put(output, outAt + (3 * _outputs), s30, s31, o);
    }

    private void Put(Span<float> output, int at, Vector256<float> first, Vector256<float> second, int o)
    {
        output[at] = bias[o] + Vector256.Sum(first);
        output[at + 1] = bias[o + 1] + Vector256.Sum(second);
    }
}
