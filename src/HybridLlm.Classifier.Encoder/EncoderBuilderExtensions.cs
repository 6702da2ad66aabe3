using HybridLlm;
using Microsoft.Extensions.AI;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the encoder to HybridLlm.</summary>
/// <remarks>
/// It is quick and right more often than the classifier that it seconds, so it is asked sooner and counts for more than <see cref="SecondOpinionOptions"/> says by
/// default: below a confidence of .97 in the type or .8 in the complexity, with a weight of .65 for the type and .4 for the complexity.
/// </remarks>
public static class EncoderBuilderExtensions
{
    private const double BelowConfidence = 0.97;
    private const double BelowComplexityConfidence = 0.8;
    private const double Weight = 0.65;
    private const double ComplexityWeight = 0.4;

    /// <summary>Asks the encoder, in process, about prompts of which the classifier is not sure.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets when it is asked, how long it may take and how much it counts; or <see langword="null"/>.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddEncoderClassifier(this IHybridLlmBuilder builder, Action<SecondOpinionOptions>? configure = null) =>
        builder.AddSecondOpinion(static _ => new EncoderTaskClassifier(), options =>
        {
            options.IsLocal = true;
            Configure(options, configure);
        });

    /// <summary>Asks the encoder, served as an embedding model, about prompts of which the classifier is not sure.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="generator">Gets the generator for the encoder.</param>
    /// <param name="configure">Sets when it is asked, how long it may take and how much it counts; or <see langword="null"/>.</param>
    /// <returns>The builder.</returns>
    /// <remarks>Set <see cref="SecondOpinionOptions.IsLocal"/> where the server is this machine's or network's own; else requests that must stay here are not shown to it.</remarks>
    public static IHybridLlmBuilder AddEncoderClassifier(
        this IHybridLlmBuilder builder, Func<IServiceProvider, IEmbeddingGenerator<string, Embedding<float>>> generator, Action<SecondOpinionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return builder.AddSecondOpinion(services => new EncoderTaskClassifier(generator(services)), options => Configure(options, configure));
    }

    private static void Configure(SecondOpinionOptions options, Action<SecondOpinionOptions>? configure)
    {
        (options.BelowConfidence, options.BelowComplexityConfidence) = (BelowConfidence, BelowComplexityConfidence);
        (options.Weight, options.ComplexityWeight) = (Weight, ComplexityWeight);
        configure?.Invoke(options);
    }
}
