using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.StrongWeak;

/// <summary>Tells from a prompt alone how much a strong model would gain over a weak one: learned from prompts on which both were tried.</summary>
internal sealed class NeedPredictor
{
    /// <summary>The most rows that are learned from: the time grows with their cube, the memory with their square.</summary>
    public const int MostRows = 10_000;

    private const float Ridge = 10;

    private static readonly Similarity.Weights Kernels = new(Words: 1, Characters: 1, Signs: 0.15f, Shape: 0.15f);

    private readonly Similarity _similarity;
    private readonly KernelRidge _model;
    private readonly double _mean;

    private NeedPredictor(Similarity similarity, KernelRidge model, double mean)
    {
        _similarity = similarity;
        _model = model;
        _mean = mean;
    }

    /// <summary>Learns.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="gains">For each prompt how much more right the strong model was: -1, 0 or 1.</param>
    /// <param name="cancellationToken">Cancels the learning.</param>
    public static NeedPredictor Fit(IReadOnlyList<Features> prompts, IReadOnlyList<double> gains, CancellationToken cancellationToken)
    {
        var mean = gains.Average();
        var similarity = new Similarity(prompts, Kernels);
        var model = KernelRidge.Fit(similarity.All(cancellationToken), [[.. gains.Select(gain => (float)(gain - mean))]], Ridge, cancellationToken);
        return new(similarity, model, mean);
    }

    /// <summary>Predicts how much the strong model would gain on a prompt.</summary>
    public double NeedOf(Features prompt) => _mean + _model.Predict(_similarity.To(prompt), output: 0);
}
