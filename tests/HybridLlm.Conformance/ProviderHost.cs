using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Conformance;

/// <summary>Makes a provider as an application does: registered by its package, made by its factory.</summary>
public sealed class ProviderHost : IHybridLlmBuilder, IAsyncDisposable
{
    /// <summary>The name of the providers made.</summary>
    public const string ProviderName = "conformance";

    private ServiceProvider? _services;
    private ILlmProvider? _provider;

    /// <inheritdoc/>
    public IServiceCollection Services { get; } = new ServiceCollection();

    /// <summary>Gets or sets the clock; the system's by default.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Gets the time budgets.</summary>
    public TimeoutOptions Timeouts { get; } = new();

    /// <summary>Makes the provider, once.</summary>
    /// <param name="options">The options, with their type; the packages that know it must have been added to this host.</param>
    /// <returns>The provider; disposed with the host.</returns>
    public ILlmProvider Create(ProviderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _services ??= Services.BuildServiceProvider();
        var factory = _services.GetServices<ILlmProviderFactory>().Single(f => f.Type == options.Type);
        return _provider ??= factory.Create(new(ProviderName, options, Timeouts, _services, Clock, NullLoggerFactory.Instance));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_provider is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
    }
}
