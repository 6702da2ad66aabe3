using HybridLlm;
using HybridLlm.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds to HybridLlm what an application brings itself.</summary>
public static class HybridLlmBuilderExtensions
{
    /// <summary>Adds a provider of the application's own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The provider's name: models refer to it, as to a key under <c>HybridLlm:Providers</c>.</param>
    /// <param name="create">Makes the provider. If it is disposable it is disposed when it goes out of use.</param>
    /// <param name="configure">Sets what providers have in common, such as <see cref="ProviderOptions.MaxConcurrency"/>; or <see langword="null"/>.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddProvider(
        this IHybridLlmBuilder builder, string name, Func<IServiceProvider, ILlmProvider> create, Action<ProviderOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.Configure<HybridLlmOptions>(options =>
        {
            var provider = new InstanceProviderOptions { Type = InstanceProviderFactory.TypeName, Create = create };
            configure?.Invoke(provider);
            options.Providers[name] = provider;
        });
        return builder;
    }
}
