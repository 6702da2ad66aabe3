using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Routing;

/// <summary>
/// How models differ within one task, by how a prompt is built and, where it is known, what it means: the longer problem, the one with formulas. Most such differences are noise, so an adjustment is
/// made only where, on rows left out, choosing with it was clearly better than choosing without it.
/// </summary>
internal sealed class Adjustment
{
    private const int FewestRows = 50;

    // How many standard errors the gain must be above none. Two to four candidates are tried, so one would be reached by chance too often.
    private const double Clearly = 1;

    private static readonly Candidate[] Candidates =
    [
        new(new(Words: 0, Characters: 0, Signs: 0, Shape: 1), Ridge: 5),
        new(new(Words: 1, Characters: 1, Signs: 0, Shape: 1), Ridge: 5),
        new(new(Words: 0, Characters: 0, Signs: 0, Shape: 1, Meaning: 1), Ridge: 5),
        new(new(Words: 0, Characters: 0, Signs: 0, Shape: 1, Meaning: 1), Ridge: 20),
    ];

    private readonly Similarity _similarity;
    private readonly KernelRidge _model;

    private Adjustment(Similarity similarity, KernelRidge model)
    {
        _similarity = similarity;
        _model = model;
    }

    /// <summary>Learns the differences within a task.</summary>
    /// <param name="prompts">The prompts of the task.</param>
    /// <param name="scores">The score of each model on each.</param>
    /// <param name="expected">What was expected of each model on each by the task alone.</param>
    /// <param name="cancellationToken">Cancels the learning.</param>
    /// <returns><see langword="null"/> when there is no clear difference.</returns>
    public static Adjustment? Fit(IReadOnlyList<Features> prompts, IReadOnlyList<double[]> scores, IReadOnlyList<double[]> expected, CancellationToken cancellationToken)
    {
        if (prompts.Count < FewestRows)
        {
            return null;
        }

        var targets = Differences(scores, expected);
        (Adjustment? Chosen, double Clarity) best = (null, Clearly);
        var meaningIsKnown = prompts.All(static prompt => prompt.Meaning is not null);
        foreach (var candidate in Candidates.Where(candidate => candidate.Kernels.Meaning == 0 || meaningIsKnown))
        {
            var similarity = new Similarity(prompts, candidate.Kernels);
            var (model, leftOut) = KernelRidge.FitLeavingOneOut(similarity.All(cancellationToken), targets, candidate.Ridge, cancellationToken);
            var gains = expected.Select((row, i) => scores[i][Best(row, leftOut, i)] - scores[i][Choice.Best(row)]).ToList();
            var clarity = ClarityOf(gains);
            if (clarity > best.Clarity)
            {
                best = (new(similarity, model), clarity);
            }
        }

        return best.Chosen;
    }

    /// <summary>Adds the differences to what is expected of each model.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="share">How likely the prompt is of this task.</param>
    /// <param name="expected">What is expected of each model.</param>
    public void Apply(Features prompt, double share, double[] expected)
    {
        var similarities = _similarity.To(prompt);
        for (var model = 0; model < expected.Length; model++)
        {
            expected[model] += share * _model.Predict(similarities, model);
        }
    }

    // Of each score what was not expected, without what all models have in common: a prompt that is hard for all is no reason to choose.
    private static float[][] Differences(IReadOnlyList<double[]> scores, IReadOnlyList<double[]> expected)
    {
        var models = scores[0].Length;
        var targets = Enumerable.Range(0, models).Select(_ => new float[scores.Count]).ToArray();
        for (var row = 0; row < scores.Count; row++)
        {
            var common = scores[row].Average() - expected[row].Average();
            for (var model = 0; model < models; model++)
            {
                targets[model][row] = (float)(scores[row][model] - expected[row][model] - common);
            }
        }

        return targets;
    }

    private static int Best(double[] expected, float[][] differences, int row) => Choice.Best([.. expected.Select((value, model) => value + differences[model][row])]);

    private static double ClarityOf(List<double> gains)
    {
        var mean = gains.Average();
        var variance = gains.Average(gain => (gain - mean) * (gain - mean));
        return variance > 0 ? mean / Math.Sqrt(variance / gains.Count) : 0;
    }

    private sealed record Candidate(Similarity.Weights Kernels, float Ridge);
}
