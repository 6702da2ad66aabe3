using HybridLlm.Classification;

namespace HybridLlm.Training.Learning;

/// <summary>
/// Chooses the features that are worth a row of the shipped table: a first model is learned over far more rows, and what weighs most there is kept.
/// </summary>
internal static class FeatureSelection
{
    /// <summary>Chooses; returns the fingerprint of each row.</summary>
    public static ushort[] Select(IReadOnlyList<Example> examples, Hyperparameters parameters)
    {
        var shift = 32 - parameters.SelectionBits;
        var learner = new Learner(parameters, 1 << parameters.SelectionBits);
        learner.Train([.. examples.Select(example => example.Map(feature => (int)((uint)feature >> shift)))]);

        var fingerprints = new ushort[parameters.Groups * FeatureTable.Ways];
        var worthy = Count(examples)
            .Where(pair => pair.Value >= parameters.LeastCount)
            .Select(pair => (Feature: pair.Key, Worth: Worth(learner.Row((int)(pair.Key >> shift)), pair.Value)));
        foreach (var group in worthy.GroupBy(f => FeatureTable.GroupOf(f.Feature, (uint)parameters.Groups)))
        {
            // Two features of one fingerprint cannot be told apart; the worthier stands for both.
            var best = group
                .OrderByDescending(f => f.Worth)
                .ThenBy(f => f.Feature)
                .Select(f => FeatureTable.FingerprintOf(f.Feature))
                .Distinct()
                .Take(FeatureTable.Ways)
                .ToArray();
            best.CopyTo(fingerprints, group.Key * FeatureTable.Ways);
        }

        return fingerprints;
    }

    private static Dictionary<uint, int> Count(IReadOnlyList<Example> examples)
    {
        var counts = new Dictionary<uint, int>();
        foreach (var example in examples)
        {
            foreach (var feature in example.Features)
            {
                counts[(uint)feature] = counts.GetValueOrDefault((uint)feature) + 1;
            }
        }

        return counts;
    }

    private static float Worth(ReadOnlySpan<float> weights, int count)
    {
        var sum = 0f;
        foreach (var w in weights[..ClassifierModel.Failure])
        {
            sum += w * w;
        }

        return sum * MathF.Sqrt(count);
    }
}
