using HybridLlm.Configuration;
using HybridLlm.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HybridLlm.DependencyInjection;

/// <summary>The metrics store that the options name, and its owner.</summary>
internal sealed class MetricsStoreSelection(IMetricsStore? store) : IAsyncDisposable, IDisposable
{
    /// <summary>Gets the store; <see langword="null"/> to keep nothing.</summary>
    public IMetricsStore? Store { get; } = store;

    public static MetricsStoreSelection Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<OptionsWatcher>().Current.Metrics;
        if (string.Equals(options.Store, "None", StringComparison.OrdinalIgnoreCase))
        {
            return new(null);
        }

        if (string.Equals(options.Store, "Json", StringComparison.OrdinalIgnoreCase))
        {
            return new(new JsonMetricsStore(
                MetricsPath.Resolve(options), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<JsonMetricsStore>>()));
        }

        return new(services.GetServices<NamedMetricsStore>()
            .First(s => string.Equals(s.Name, options.Store, StringComparison.OrdinalIgnoreCase))
            .Create(services));
    }

    public async ValueTask DisposeAsync()
    {
        if (Store is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            (Store as IDisposable)?.Dispose();
        }
    }

    public void Dispose()
    {
        if (Store is IDisposable disposable)
        {
            disposable.Dispose();
        }
        else
        {
            DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
