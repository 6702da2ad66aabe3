using HybridLlm;
using HybridLlm.OpenAICompatible;
using HybridLlm.OpenAICompatible.Http;
using HybridLlm.OpenAICompatible.Providers;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers providers of servers that speak the OpenAI wire protocol.</summary>
public static class OpenAICompatibleBuilderExtensions
{
    /// <summary>
    /// Makes the provider types <c>OpenAICompatible</c>, <c>Vllm</c>, <c>HuggingFace</c>, <c>Gemini</c> and <c>LlamaCppPython</c> known. The providers themselves
    /// come from the configuration.
    /// </summary>
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
        if (!services.Any(static service => service.ImplementationType == typeof(QuietHttpClients)))
        {
            services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<HttpClientFactoryOptions>, QuietHttpClients>());
        }

        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<ILlmProviderFactory, OpenAICompatibleProviderFactory>(),
            ServiceDescriptor.Singleton<ILlmProviderFactory, VllmProviderFactory>(),
            ServiceDescriptor.Singleton<ILlmProviderFactory, HuggingFaceProviderFactory>(),
            ServiceDescriptor.Singleton<ILlmProviderFactory, GeminiProviderFactory>(),
            ServiceDescriptor.Singleton<ILlmProviderFactory, LlamaCppPythonProviderFactory>(),
        ]);
        return builder;
    }

    /// <summary>Adds a provider in code.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <param name="name">The provider's name, as models refer to it.</param>
    /// <param name="configure">Sets the options; the endpoint is required.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddOpenAICompatible(this IHybridLlmBuilder builder, string name, Action<OpenAICompatibleOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddFlavor(OpenAICompatibleProviderFactory.ProviderType, name, configure);
    }

    /// <summary>Adds a vLLM server in code.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <param name="name">The provider's name, as models refer to it.</param>
    /// <param name="configure">Sets the options; without an endpoint it is <c>http://localhost:8000</c>.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddVllm(this IHybridLlmBuilder builder, string name, Action<OpenAICompatibleOptions>? configure = null) =>
        builder.AddFlavor(VllmProviderFactory.ProviderType, name, configure);

    /// <summary>Adds Hugging Face's router of inference providers, or a server of text-generation-inference, in code.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <param name="name">The provider's name, as models refer to it.</param>
    /// <param name="configure">Sets the options: the key for the router, or the endpoint of a server of one's own.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddHuggingFace(this IHybridLlmBuilder builder, string name, Action<OpenAICompatibleOptions>? configure = null) =>
        builder.AddFlavor(HuggingFaceProviderFactory.ProviderType, name, configure);

    /// <summary>Adds Gemini in code.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <param name="name">The provider's name, as models refer to it.</param>
    /// <param name="configure">Sets the options; the key is required by Google.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddGemini(this IHybridLlmBuilder builder, string name, Action<OpenAICompatibleOptions>? configure = null) =>
        builder.AddFlavor(GeminiProviderFactory.ProviderType, name, configure);

    /// <summary>Adds a server of llama-cpp-python in code. It gets one request at a time, and no questions meanwhile.</summary>
    /// <param name="builder">The builder that <c>AddHybridLlm</c> returned.</param>
    /// <param name="name">The provider's name, as models refer to it.</param>
    /// <param name="configure">Sets the options; without an endpoint it is <c>http://localhost:8000</c>.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddLlamaCppPython(this IHybridLlmBuilder builder, string name, Action<OpenAICompatibleOptions>? configure = null) =>
        builder.AddFlavor(LlamaCppPythonProviderFactory.ProviderType, name, configure);

    private static IHybridLlmBuilder AddFlavor(this IHybridLlmBuilder builder, string type, string name, Action<OpenAICompatibleOptions>? configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.AddOpenAICompatible().Services.Configure<HybridLlmOptions>(options =>
        {
            var provider = new OpenAICompatibleOptions();
            configure?.Invoke(provider);
            provider.Type = type;
            options.Providers[name] = provider;
        });
        return builder;
    }
}
