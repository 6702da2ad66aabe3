using HybridLlm;
using HybridLlm.Confidence.Estimators;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds estimators of how good answers are.</summary>
public static class ConfidenceBuilderExtensions
{
    /// <summary>Adds an estimator of the application's own. It is asked beside the built-in ones.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="create">Makes the estimator. If it is disposable it is disposed with the application.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddConfidenceEstimator(this IHybridLlmBuilder builder, Func<IServiceProvider, IConfidenceEstimator> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.AddSingleton(create);
        return builder;
    }

    /// <summary>Has a model asked again about what its answer leaves in doubt, and looks how far it says the same.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="samples">How often it is asked again, 1 to 10. Each time costs as much as the answer did.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="samples"/> is not from 1 to 10.</exception>
    public static IHybridLlmBuilder AddSelfConsistency(this IHybridLlmBuilder builder, int samples = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, 10);
        return builder.AddConfidenceEstimator(services => new SelfConsistencyEstimator(services.GetRequiredService<IHybridLlmClient>, samples));
    }

    /// <summary>Has answers graded that are in doubt.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="grader">
    /// The model that grades, by name or alias; <see langword="null"/> for the one that answered. Question and answer leave the machine if its provider does.
    /// </param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddSelfGrading(this IHybridLlmBuilder builder, string? grader = null) =>
        builder.AddConfidenceEstimator(services => new SelfGradingEstimator(services.GetRequiredService<IHybridLlmClient>, grader));
}
