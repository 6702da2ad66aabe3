using HybridLlm.Learning;
using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Routing;

/// <summary>Tells which of the tasks learned from a prompt is likely to be.</summary>
/// <remarks>One ridge regression for each task on similarities, made probabilities by a softmax whose sharpness is fitted on rows left out.</remarks>
internal sealed class TaskPredictor
{
    private const float Ridge = 0.5f;

    // One step of sharpness is a tenth of a power of ten: from 1 (hardly any opinion) to 40 (nearly always sure).
    private const int Sharpnesses = 17;

    // What is less likely than this makes no difference to a choice where anything is likelier, and there may be many such tasks.
    private const double Unlikely = 0.02;

    private static readonly Similarity.Weights Kernels = new(Words: 1, Characters: 1, Signs: 0, Shape: 0.3f, Meaning: 0.5f);

    private readonly Similarity _similarity;
    private readonly KernelRidge _model;
    private readonly double _sharpness;

    private TaskPredictor(IReadOnlyList<string> tasks, Similarity similarity, KernelRidge model, double sharpness)
    {
        Tasks = tasks;
        _similarity = similarity;
        _model = model;
        _sharpness = sharpness;
    }

    /// <summary>Gets the tasks.</summary>
    public IReadOnlyList<string> Tasks { get; }

    /// <summary>Learns.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="tasks">The task of each.</param>
    /// <param name="cancellationToken">Cancels the learning.</param>
    /// <returns>The predictor, and for each prompt the probabilities of a predictor that did not learn from it.</returns>
    public static (TaskPredictor Predictor, double[][] LeftOut) Fit(IReadOnlyList<Features> prompts, IReadOnlyList<string> tasks, CancellationToken cancellationToken)
    {
        var names = tasks.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var similarity = new Similarity(prompts, Kernels);
        var targets = names.ConvertAll(name => tasks.Select(task => task == name ? 1f : 0).ToArray());
        var (model, leftOut) = KernelRidge.FitLeavingOneOut(similarity.All(cancellationToken), targets, Ridge, cancellationToken);
        var rows = Enumerable.Range(0, prompts.Count).Select(i => leftOut.Select(output => (double)output[i]).ToArray()).ToArray();
        var truth = tasks.Select(task => names.IndexOf(task)).ToArray();
        var sharpness = Enumerable.Range(0, Sharpnesses).Select(step => Math.Pow(10, step / 10.0)).MinBy(candidate => Surprise(rows, truth, candidate));
        return (new(names, similarity, model, sharpness), [.. rows.Select(row => Softmax(row, sharpness))]);
    }

    /// <summary>Computes how similar a prompt is to each of those learned from.</summary>
    public float[] SimilaritiesOf(Features prompt) => _similarity.To(prompt);

    /// <summary>Predicts how likely each task is.</summary>
    /// <param name="similarities">How similar the prompt is to each of those learned from.</param>
    public double[] Predict(ReadOnlySpan<float> similarities)
    {
        var outputs = new double[Tasks.Count];
        for (var task = 0; task < outputs.Length; task++)
        {
            outputs[task] = _model.Predict(similarities, task);
        }

        return Softmax(outputs, _sharpness);
    }

    /// <summary>Tells which tasks a prompt may be of, the likeliest first, without those that are hardly likely; at least one.</summary>
    public TaskShare[] Tell(Features prompt)
    {
        var probabilities = Predict(SimilaritiesOf(prompt));
        var least = Math.Min(Unlikely, probabilities.Max());
        var likely = Enumerable.Range(0, Tasks.Count).Where(task => probabilities[task] >= least).OrderByDescending(task => probabilities[task]).ToList();
        var sum = likely.Sum(task => probabilities[task]);
        return [.. likely.Select(task => new TaskShare(Tasks[task], probabilities[task] / sum))];
    }

    private static double Surprise(double[][] rows, int[] truth, double sharpness) =>
        rows.Select((row, i) => -Math.Log(Math.Max(Softmax(row, sharpness)[truth[i]], 1e-12))).Sum();

    private static double[] Softmax(double[] outputs, double sharpness)
    {
        var top = outputs.Max();
        var shares = outputs.Select(output => Math.Exp(sharpness * (output - top))).ToArray();
        var sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }
}
