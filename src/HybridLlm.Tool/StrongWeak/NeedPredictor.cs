using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.StrongWeak;

/// <summary>Tells from a prompt alone how much a strong model would gain over a weak one: learned from prompts on which both were tried.</summary>
internal sealed class NeedPredictor
{
    /// <summary>The most rows that are learned from: the time grows with their cube, the memory with their square.</summary>
    public const int MostRows = 10_000;

    private const float Ridge = 7;

    // How a prompt is built says something at once, but the same something however many rows there are: with thousands of them the words know better.
    private const float StructureOfOneRow = 60;
    private const float MostStructure = 0.2f;

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
    /// <param name="gains">For each prompt what the strong model gained: 1 where it alone was right, around 0 where both did alike, below where the weak one alone was.</param>
    /// <param name="cancellationToken">Cancels the learning.</param>
    public static NeedPredictor Fit(IReadOnlyList<Features> prompts, IReadOnlyList<double> gains, CancellationToken cancellationToken)
    {
        var mean = gains.Average();
        var structure = Math.Min(MostStructure, StructureOfOneRow / prompts.Count);
        var similarity = new Similarity(prompts, new(Words: 1, Characters: 0, Signs: structure, Shape: structure));
        var model = KernelRidge.Fit(similarity.All(cancellationToken), [[.. gains.Select(gain => (float)(gain - mean))]], Ridge, cancellationToken);
        return new(similarity, model, mean);
    }

    /// <summary>Predicts how much the strong model would gain on a prompt.</summary>
    public double NeedOf(Features prompt) => _mean + _model.Predict(_similarity.To(prompt), output: 0);
}
