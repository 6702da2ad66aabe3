using HybridLlm;
using HybridLlm.ChatClients;
using HybridLlm.DependencyInjection;
using Microsoft.Extensions.AI;

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

    /// <summary>Adds a chat client of the application's own, such as one of a vendor, as a provider.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The provider's name: models refer to it, as to a key under <c>HybridLlm:Providers</c>.</param>
    /// <param name="create">
    /// Makes the client. It must not be the application's default <see cref="IChatClient"/>, which is the router itself.
    /// </param>
    /// <param name="describe">Says what cannot be found out about the client, such as its models; or <see langword="null"/>.</param>
    /// <param name="configure">Sets what providers have in common, such as <see cref="ProviderOptions.MaxConcurrency"/>; or <see langword="null"/>.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// What the client throws is classified by the status that it names and by its words. The client should not retry by itself: the router does, knowing of
    /// other routes.
    /// </remarks>
    public static IHybridLlmBuilder AddChatClient(
        this IHybridLlmBuilder builder,
        string name,
        Func<IServiceProvider, IChatClient> create,
        Action<ChatClientOptions>? describe = null,
        Action<ProviderOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        return builder.AddProvider(
            name,
            services =>
            {
                var options = new ChatClientOptions();
                describe?.Invoke(options);
                return new ChatClientProvider(name, create(services), options);
            },
            configure);
    }

    /// <summary>Adds a metrics store, which <c>HybridLlm:Metrics:Store</c> can then name.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name.</param>
    /// <param name="create">Makes the store; called once, if it is the one named. If it is disposable it is disposed with the application.</param>
    /// <returns>The builder.</returns>
    public static IHybridLlmBuilder AddMetricsStore(this IHybridLlmBuilder builder, string name, Func<IServiceProvider, IMetricsStore> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.AddSingleton(new NamedMetricsStore(name, create));
        return builder;
    }
}
