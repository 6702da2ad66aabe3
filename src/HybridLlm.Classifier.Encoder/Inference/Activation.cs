using System.Runtime.Intrinsics;

namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>What is done to numbers one by one.</summary>
internal static class Activation
{
    /// <summary>Applies the Gaussian error unit in its usual approximation; the length is a multiple of eight.</summary>
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

        var i = 0;
        for (var tops = Vector256.Create(top); i + Vector256<float>.Count <= scores.Length; i += Vector256<float>.Count)
        {
            Vector256.Exp(Vector256.Create<float>(scores[i..]) - tops).CopyTo(scores[i..]);
        }

        for (; i < scores.Length; i++)
        {
            scores[i] = MathF.Exp(scores[i] - top);
        }

        var sum = 0f;
        foreach (var share in scores)
        {
            sum += share;
        }

        var scale = 1 / sum;
        foreach (ref var share in scores)
        {
            share *= scale;
        }
    }
}
