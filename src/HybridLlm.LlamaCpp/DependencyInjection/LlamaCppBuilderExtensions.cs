using HybridLlm;
using HybridLlm.LlamaCpp;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers providers of llama.cpp.</summary>
public static class LlamaCppBuilderExtensions
{
    /// <summary>Makes the provider type <c>LlamaCpp</c> known. The providers themselves come from the configuration.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddLlamaCpp(this IHybridLlmBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddOpenAICompatible().Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILlmProviderFactory, LlamaCppProviderFactory>());
        return builder;
    }

    /// <summary>Adds a provider in code.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <param name="name">The provider's name, as models refer to it.</param>
    /// <param name="configure">Sets the options: the model file of a server to be started, or the endpoint of one that runs.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddLlamaCpp(this IHybridLlmBuilder builder, string name, Action<LlamaCppOptions> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddLlamaCpp().Services.Configure<HybridLlmOptions>(options =>
        {
            var provider = new LlamaCppOptions();
            configure(provider);
            provider.Complete();
            options.Providers[name] = provider;
        });
        return builder;
    }
}
