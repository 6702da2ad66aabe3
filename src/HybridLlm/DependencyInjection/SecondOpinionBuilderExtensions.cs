using HybridLlm;
using HybridLlm.Classification;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds second opinions on what requests ask for.</summary>
public static class SecondOpinionBuilderExtensions
{
    /// <summary>Asks another classifier about requests of which the present one is not sure. Called again, a third is asked about what two are not sure of.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="create">Makes the classifier. It is disposed with the application.</param>
    /// <param name="configure">Sets when it is asked, how long it may take and how much it counts; or <see langword="null"/>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A weight or a confidence is not between 0 and 1, or a time not in its range.</exception>
    public static IHybridLlmBuilder AddSecondOpinion(this IHybridLlmBuilder builder, Func<IServiceProvider, ITaskClassifier> create, Action<SecondOpinionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        var options = new SecondOpinionOptions();
        configure?.Invoke(options);
        Check(options.BelowConfidence, 0, 1, nameof(options.BelowConfidence));
        Check(options.BelowComplexityConfidence, 0, 1, nameof(options.BelowComplexityConfidence));
        Check(options.Weight, 0, 1, nameof(options.Weight));
        Check(options.ComplexityWeight, 0, 1, nameof(options.ComplexityWeight));
        Check(options.Deadline.TotalMilliseconds, 10, 60_000, nameof(options.Deadline));
        Check(options.Rest.TotalSeconds, 0.5, 86_400, nameof(options.Rest));

        var first = builder.Services.Last(service => service.ServiceType == typeof(ITaskClassifier) && !service.IsKeyedService);
        builder.Services.Remove(first);
        builder.Services.AddSingleton<ITaskClassifier>(services => new SecondOpinionClassifier(
            Create(first, services),
            create(services),
            options,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<SecondOpinionClassifier>>()));
        return builder;
    }

    /// <summary>Asks a model about requests of which the classifier is not sure. It is held to the labels by a JSON schema.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="model">The model, by name or alias; a small, fast one.</param>
    /// <param name="configure">Sets when it is asked, how long it may take and how much it counts; or <see langword="null"/>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A weight or a confidence is not between 0 and 1, or a time not in its range.</exception>
    /// <remarks>
    /// It is called through the router: with its breaker, its concurrency, its records, and the data class of the request, which may keep the model from seeing it.
    /// </remarks>
    public static IHybridLlmBuilder AddLlmClassifier(this IHybridLlmBuilder builder, string model, Action<SecondOpinionOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);

        // The client needs the classifier, so the classifier can ask for the client only once there is a request.
        return builder.AddSecondOpinion(services => new LlmTaskClassifier(services.GetRequiredService<IHybridLlmClient>, model), options =>
        {
            options.IsLocal = true;
            configure?.Invoke(options);
        });
    }

    private static ITaskClassifier Create(ServiceDescriptor service, IServiceProvider services) => (ITaskClassifier)(
        service.ImplementationInstance
        ?? service.ImplementationFactory?.Invoke(services)
        ?? ActivatorUtilities.CreateInstance(services, service.ImplementationType!));

    private static void Check(double value, double least, double most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}
