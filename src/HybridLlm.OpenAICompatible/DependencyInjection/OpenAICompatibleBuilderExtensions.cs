using HybridLlm;
using HybridLlm.OpenAICompatible;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers providers of servers that speak the OpenAI wire protocol.</summary>
public static class OpenAICompatibleBuilderExtensions
{
    /// <summary>Makes the provider type <c>OpenAICompatible</c> known. The providers themselves come from the configuration.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <returns>The builder.</returns>
    /// <remarks>Packages whose providers derive from <see cref="OpenAICompatibleProvider"/> call it too: it also prepares the HTTP clients.</remarks>
    public static IHybridLlmBuilder AddOpenAICompatible(this IHybridLlmBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddHttpClient();
        services.TryAddSingleton<ProviderHttpSettings>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<HttpClientFactoryOptions>, ProviderHttpClientSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILlmProviderFactory, OpenAICompatibleProviderFactory>());
        return builder;
    }

    /// <summary>Adds a provider in code.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <param name="name">The provider's name, as models refer to it.</param>
    /// <param name="configure">Sets the options; the endpoint is required.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddOpenAICompatible(this IHybridLlmBuilder builder, string name, Action<OpenAICompatibleOptions> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddOpenAICompatible().Services.Configure<HybridLlmOptions>(options =>
        {
            var provider = new OpenAICompatibleOptions();
            configure(provider);
            provider.Type = OpenAICompatibleProviderFactory.ProviderType;
            options.Providers[name] = provider;
        });
        return builder;
    }
}
