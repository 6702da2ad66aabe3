using Microsoft.Extensions.Logging;

namespace HybridLlm;

/// <summary>What a provider factory gets to make a provider from.</summary>
public sealed class ProviderContext
{
    /// <summary>Initializes a new instance of the <see cref="ProviderContext"/> class.</summary>
    /// <param name="name">The provider's name.</param>
    /// <param name="options">The provider's options.</param>
    /// <param name="timeouts">The time budgets that apply to the provider.</param>
    /// <param name="services">The application's services.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="loggerFactory">Makes loggers.</param>
    public ProviderContext(
        string name,
        ProviderOptions options,
        TimeoutOptions timeouts,
        IServiceProvider services,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory)
    {
        Name = name;
        Options = options;
        Timeouts = timeouts;
        Services = services;
        TimeProvider = timeProvider;
        LoggerFactory = loggerFactory;
    }

    /// <summary>Gets the provider's name: its key under <c>HybridLlm:Providers</c>.</summary>
    public string Name { get; }

    /// <summary>Gets the provider's options.</summary>
    public ProviderOptions Options { get; }

    /// <summary>Gets the time budgets that apply to the provider: the general ones with the provider's own laid over them.</summary>
    public TimeoutOptions Timeouts { get; }

    /// <summary>Gets the application's services.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Gets what makes loggers.</summary>
    public ILoggerFactory LoggerFactory { get; }
}
