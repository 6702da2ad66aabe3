using HybridLlm.Tool.Metrics;

namespace HybridLlm.Tool.Routing;

/// <summary>Compares ways to choose.</summary>
internal static class Policies
{
    /// <summary>Computes what each way comes to.</summary>
    /// <param name="models">The models.</param>
    /// <param name="scores">The score of each model on each row.</param>
    /// <param name="picks">What was chosen for each row.</param>
    /// <param name="seed">The same seed gives the same bounds.</param>
    /// <returns>What each comes to; ours is the last.</returns>
    public static List<PolicyResult> Compare(ModelSet models, List<double[]> scores, List<RoutePick> picks, int seed)
    {
        var random = new PolicyResult(
            "random",
            Round(scores.Average(row => row.Average())),
            Bootstrap.OfMean([.. scores.Select(row => row.Average())], seed),
            Round(Enumerable.Range(0, models.Names.Count).Average(models.PriceOf)));
        return
        [
            random,
            Of("cheapest", _ => models.Cheapest),
            Of("strongest", _ => models.Strongest),
            Of("best single", row => picks[row].BestSingle),
            Of("best per task", row => picks[row].BestPerTask),
            Of("nearest neighbours", row => picks[row].Neighbours),
            Of("oracle", row => Choice.Best(scores[row])),
            Of("ours", row => picks[row].Ours),
        ];

        PolicyResult Of(string name, Func<int, int> choose)
        {
            var chosen = Enumerable.Range(0, scores.Count).Select(choose).ToArray();
            var reached = chosen.Select((model, row) => scores[row][model]).ToArray();
            return new(name, Round(reached.Average()), Bootstrap.OfMean(reached, seed), Round(chosen.Average(models.PriceOf)));
        }
    }

    private static double Round(double value) => Math.Round(value, 4);
}
