using HybridLlm;
using HybridLlm.Ollama;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers providers of Ollama.</summary>
public static class OllamaBuilderExtensions
{
    /// <summary>Makes the provider type <c>Ollama</c> known. The providers themselves come from the configuration.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddOllama(this IHybridLlmBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddOpenAICompatible().Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILlmProviderFactory, OllamaProviderFactory>());
        return builder;
    }

    /// <summary>Adds a provider in code.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <param name="name">The provider's name, as models refer to it.</param>
    /// <param name="configure">Sets the options; <see langword="null"/> for a server on this machine with its usual port.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddOllama(this IHybridLlmBuilder builder, string name, Action<OllamaOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.AddOllama().Services.Configure<HybridLlmOptions>(options =>
        {
            var provider = new OllamaOptions();
            configure?.Invoke(provider);
            provider.Type = OllamaProviderFactory.ProviderType;
            options.Providers[name] = provider;
        });
        return builder;
    }
}
