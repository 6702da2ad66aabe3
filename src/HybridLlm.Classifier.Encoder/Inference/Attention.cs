using System.Runtime.Intrinsics;

namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>One head of attention: each token becomes a mixture of all tokens' values, by how well its query meets their keys.</summary>
internal static class Attention
{
    /// <summary>The numbers of a head; the products are written for this many.</summary>
    public const int HeadWidth = 32;

    private static int Lanes => Vector256<float>.Count;

    /// <summary>Applies a head to all tokens.</summary>
    /// <param name="buffers">Queries, keys and values are read, mixtures are written.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="from">Where the numbers of the head begin in each token.</param>
    public static void Apply(EncoderBuffers buffers, int tokens, int from)
    {
        // Scores are computed for eight tokens at a time, so what is beyond the last one needs a place too.
        var places = (tokens + Lanes - 1) / Lanes * Lanes;
        var keys = buffers.HeadKeys.AsSpan(0, HeadWidth * places);
        var scores = buffers.Scores.AsSpan(0, places);
        PutSideBySide(buffers.Key, tokens, from, keys, places);
        for (var t = 0; t < tokens; t++)
        {
            var own = (t * EncoderModel.Width) + from;
            Score(buffers.Query.AsSpan(own, HeadWidth), keys, scores);
            Activation.Softmax(scores[..tokens]);
            Mix(buffers.Value.AsSpan(from), scores[..tokens], buffers.Mixed.AsSpan(own, HeadWidth));
        }
    }

    // The same number of all keys lies side by side, so that no sum goes across a vector.
    private static void PutSideBySide(float[] rows, int tokens, int from, Span<float> keys, int places)
    {
        keys.Clear();
        for (var s = 0; s < tokens; s++)
        {
            var row = rows.AsSpan((s * EncoderModel.Width) + from, HeadWidth);
            for (var i = 0; i < HeadWidth; i++)
            {
                keys[(i * places) + s] = row[i];
            }
        }
    }

    private static void Score(ReadOnlySpan<float> query, ReadOnlySpan<float> keys, Span<float> scores)
    {
        var scale = Vector256.Create(1 / MathF.Sqrt(HeadWidth));
        for (var s = 0; s < scores.Length; s += Lanes)
        {
            // Two sums, because each waits for its last product.
            var even = Vector256<float>.Zero;
            var odd = even;
            for (var i = 0; i < HeadWidth; i += 2)
            {
                even = Vector256.FusedMultiplyAdd(Vector256.Create(query[i]), Vector256.Create(keys[((i * scores.Length) + s)..]), even);
                odd = Vector256.FusedMultiplyAdd(Vector256.Create(query[i + 1]), Vector256.Create(keys[(((i + 1) * scores.Length) + s)..]), odd);
            }

            (scale * (even + odd)).CopyTo(scores[s..]);
        }
    }

    private static void Mix(ReadOnlySpan<float> values, ReadOnlySpan<float> shares, Span<float> mixed)
    {
        var m0 = Vector256<float>.Zero;
        var m1 = m0;
        var m2 = m0;
        var m3 = m0;
        for (var s = 0; s < shares.Length; s++)
        {
            var row = values.Slice(s * EncoderModel.Width, HeadWidth);
            var share = Vector256.Create(shares[s]);
            m0 = Vector256.FusedMultiplyAdd(share, Vector256.Create(row), m0);
            m1 = Vector256.FusedMultiplyAdd(share, Vector256.Create(row[Lanes..]), m1);
            m2 = Vector256.FusedMultiplyAdd(share, Vector256.Create(row[(2 * Lanes)..]), m2);
            m3 = Vector256.FusedMultiplyAdd(share, Vector256.Create(row[(3 * Lanes)..]), m3);
        }

        m0.CopyTo(mixed);
        m1.CopyTo(mixed[Lanes..]);
        m2.CopyTo(mixed[(2 * Lanes)..]);
        m3.CopyTo(mixed[(3 * Lanes)..]);
    }
}
