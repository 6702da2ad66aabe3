using HybridLlm;
using Microsoft.Extensions.AI;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the encoder to HybridLlm.</summary>
public static class EncoderBuilderExtensions
{
    /// <summary>Asks the encoder, in process, about prompts of which the classifier is not sure.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets when it is asked, how long it may take and how much it counts; or <see langword="null"/>.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddEncoderClassifier(this IHybridLlmBuilder builder, Action<SecondOpinionOptions>? configure = null) =>
        builder.AddSecondOpinion(static _ => new EncoderTaskClassifier(), options =>
        {
            options.IsLocal = true;
            configure?.Invoke(options);
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
        return builder.AddSecondOpinion(services => new EncoderTaskClassifier(generator(services)), configure);
    }
}
