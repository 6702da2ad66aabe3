using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.StrongWeak;

/// <summary>Tells from a prompt alone how much a strong model would gain over a weak one: learned from prompts on which both were tried.</summary>
internal sealed class NeedPredictor
{
    /// <summary>The most rows that are learned from: the time grows with their cube, the memory with their square.</summary>
    public const int MostRows = 10_000;

    // Enough to tell the candidates apart; more rows would only cost time.
    private const int MostRowsToChoose = 2_500;

    // Many prompts on many subjects: what they are about tells most, and anything else is noise. Few prompts of one kind: how they are built tells more.
    private static readonly Candidate[] Candidates =
    [
        new(new(Words: 1, Characters: 0, Signs: 0, Shape: 0), Ridge: 7),
        new(new(Words: 1, Characters: 0, Signs: 0.1f, Shape: 0.1f), Ridge: 8),
        new(new(Words: 1, Characters: 1, Signs: 0.15f, Shape: 0.15f), Ridge: 12),
    ];

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
        var best = Candidates.MinBy(candidate => ErrorOf(candidate, prompts, gains, cancellationToken))!;
        var (similarity, kernel, target, mean) = Prepare(best, prompts, gains, cancellationToken);
        return new(similarity, KernelRidge.Fit(kernel, [target], best.Ridge, cancellationToken), mean);
    }

    /// <summary>Predicts how much the strong model would gain on a prompt.</summary>
    public double NeedOf(Features prompt) => _mean + _model.Predict(_similarity.To(prompt), output: 0);

    // The squared error on rows left out, of a part of the rows.
    private static double ErrorOf(Candidate candidate, IReadOnlyList<Features> prompts, IReadOnlyList<double> gains, CancellationToken cancellationToken)
    {
        var step = Math.Max(1, (double)prompts.Count / MostRowsToChoose);
        var rows = Enumerable.Range(0, (int)(prompts.Count / step)).Select(i => (int)(i * step)).ToList();
        var (_, kernel, target, _) = Prepare(candidate, rows.ConvertAll(i => prompts[i]), rows.ConvertAll(i => gains[i]), cancellationToken);
        var (_, leftOut) = KernelRidge.FitLeavingOneOut(kernel, [target], candidate.Ridge, cancellationToken);
        return leftOut[0].Zip(target).Sum(pair => (double)(pair.First - pair.Second) * (pair.First - pair.Second));
    }

    private static (Similarity Similarity, float[] Kernel, float[] Target, double Mean) Prepare(
        Candidate candidate, IReadOnlyList<Features> prompts, IReadOnlyList<double> gains, CancellationToken cancellationToken)
    {
        var mean = gains.Average();
        var similarity = new Similarity(prompts, candidate.Kernels);
        return (similarity, similarity.All(cancellationToken), [.. gains.Select(gain => (float)(gain - mean))], mean);
    }

    private sealed record Candidate(Similarity.Weights Kernels, float Ridge);
}
