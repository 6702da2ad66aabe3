using HybridLlm.Classification;

namespace HybridLlm.Training.Learning;

/// <summary>Fits how sure a model may be, on prompts that it did not learn from.</summary>
internal static class CalibrationFit
{
    private const int Points = 24;

    /// <param name="predictions">The logits, and the labels that count as right: the first is the label proper.</param>
    public static Calibration Fit(IReadOnlyList<(float[] Logits, int Label, int Also)> predictions)
    {
        var temperature = Temperature(predictions);
        var spread = new Calibration(temperature, [0], [0]);
        var sure = predictions
            .Select(p =>
            {
                var logits = p.Logits.ToArray();
                var best = spread.Spread(logits);
                return (Probability: logits[best], Right: best == p.Label || best == p.Also ? 1f : 0f);
            })
            .OrderBy(p => p.Probability)
            .ToArray();

        // Isotonic regression: neighbours that fall where they should rise are pooled.
        var pools = new List<(double Probability, double Right, double Count)>();
        foreach (var chunk in sure.Chunk(Math.Max(1, sure.Length / Points)))
        {
            pools.Add((chunk.Average(p => (double)p.Probability), chunk.Average(p => (double)p.Right), chunk.Length));
            while (pools.Count > 1 && pools[^2].Right >= pools[^1].Right)
            {
                var (a, b) = (pools[^2], pools[^1]);
                var count = a.Count + b.Count;
                pools.RemoveRange(pools.Count - 2, 2);
                pools.Add((((a.Probability * a.Count) + (b.Probability * b.Count)) / count, ((a.Right * a.Count) + (b.Right * b.Count)) / count, count));
            }
        }

        return new(temperature, [.. pools.Select(p => (float)p.Probability)], [.. pools.Select(p => (float)p.Right)]);
    }

    // The likelihood falls to both sides of the best temperature, so the interval that holds it is narrowed from both ends.
    private static float Temperature(IReadOnlyList<(float[] Logits, int Label, int Also)> predictions)
    {
        var (low, high) = (0.2, 5.0);
        for (var i = 0; i < 40; i++)
        {
            var a = low + ((high - low) / 3);
            var b = high - ((high - low) / 3);
            if (Loss(predictions, (float)a) < Loss(predictions, (float)b))
            {
                high = b;
            }
            else
            {
                low = a;
            }
        }

        return (float)((low + high) / 2);
    }

    private static double Loss(IReadOnlyList<(float[] Logits, int Label, int Also)> predictions, float temperature)
    {
        var spread = new Calibration(temperature, [0], [0]);
        var logits = new float[predictions[0].Logits.Length];
        var loss = 0.0;
        foreach (var (z, label, _) in predictions)
        {
            z.CopyTo(logits, 0);
            spread.Spread(logits);
            loss -= Math.Log(Math.Max(logits[label], 1e-9));
        }

        return loss;
    }
}
