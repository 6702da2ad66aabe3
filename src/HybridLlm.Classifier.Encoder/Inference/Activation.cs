using System.Runtime.Intrinsics;

namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>What is done to numbers one by one. All lengths but that of <see cref="Softmax"/> are multiples of eight.</summary>
internal static class Activation
{
    /// <summary>Applies the Gaussian error unit in its usual approximation.</summary>
    public static void Gelu(Span<float> values)
    {
        var cubic = Vector256.Create(0.044715f);
        var slope = Vector256.Create(-2 * 0.7978845608f);
        for (var i = 0; i < values.Length; i += Vector256<float>.Count)
        {
            var x = Vector256.Create<float>(values[i..]);
            var inner = slope * (x + (cubic * x * x * x));
            (x / (Vector256<float>.One + Vector256.Exp(inner))).CopyTo(values[i..]);
        }
    }

    /// <summary>Turns scores into shares.</summary>
    public static void Softmax(Span<float> scores)
    {
        var top = float.NegativeInfinity;
        foreach (var score in scores)
        {
            top = Math.Max(top, score);
        }

        var sum = 0f;
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = MathF.Exp(scores[i] - top);
            sum += scores[i];
        }

        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] /= sum;
        }
    }

    /// <summary>Adds a multiple.</summary>
    public static void AddScaled(ReadOnlySpan<float> values, float scale, Span<float> to)
    {
        var by = Vector256.Create(scale);
        for (var i = 0; i < values.Length; i += Vector256<float>.Count)
        {
            Vector256.FusedMultiplyAdd(Vector256.Create(values[i..]), by, Vector256.Create<float>(to[i..])).CopyTo(to[i..]);
        }
    }
}
