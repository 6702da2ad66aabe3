using HybridLlm;
using HybridLlm.LmStudio;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers providers of LM Studio.</summary>
public static class LmStudioBuilderExtensions
{
    /// <summary>Makes the provider type <c>LmStudio</c> known. The providers themselves come from the configuration.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddLmStudio(this IHybridLlmBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddOpenAICompatible().Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILlmProviderFactory, LmStudioProviderFactory>());
        return builder;
    }

    /// <summary>Adds a provider in code.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <param name="name">The provider's name, as models refer to it.</param>
    /// <param name="configure">Sets the options; <see langword="null"/> for LM Studio on this machine as it is installed.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddLmStudio(this IHybridLlmBuilder builder, string name, Action<LmStudioOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.AddLmStudio().Services.Configure<HybridLlmOptions>(options =>
        {
            var provider = new LmStudioOptions();
            configure?.Invoke(provider);
            provider.Type = LmStudioProviderFactory.ProviderType;
            options.Providers[name] = provider;
        });
        return builder;
    }
}
