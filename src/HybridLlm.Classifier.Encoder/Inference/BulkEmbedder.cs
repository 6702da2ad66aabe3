namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>Embeds many texts on all cores. What comes out does not depend on how many there are.</summary>
internal static class BulkEmbedder
{
    // Each core needs buffers of its own, some 7 MB.
    private const int MostCores = 8;

    private static readonly Lazy<EncoderModel> Model = new(EncoderModel.Load);

    /// <summary>Embeds prompts, shortened as the encoder was trained.</summary>
    /// <param name="prompts">The prompts; one without any text becomes zeros.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>For each prompt a vector of length 1, in order.</returns>
    public static float[][] Embed(IReadOnlyList<string> prompts, CancellationToken cancellationToken)
    {
        var embeddings = new float[prompts.Count][];
        if (prompts.Count == 0)
        {
            return embeddings;
        }

        var model = Model.Value;
        Parallel.For(
            0,
            prompts.Count,
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Min(MostCores, Environment.ProcessorCount) },
            static () => new EncoderBuffers(),
            (i, _, buffers) =>
            {
                embeddings[i] = string.IsNullOrWhiteSpace(prompts[i])
                    ? new float[EncoderModel.Width]
                    : model.Embed(EncoderTaskClassifier.Shorten(prompts[i]), buffers, cancellationToken);
                return buffers;
            },
            static _ => { });
        return embeddings;
    }
}
