using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.IntegrationTests.Faults;

/// <summary>The application of the matrix: a model at a backend that will have a fault and, or not, one at a good backend to fall back to.</summary>
internal static class FaultApplication
{
    /// <summary>How many answers it takes until it is known what is usual for a model.</summary>
    public const int Warming = 3;

    /// <summary>Gets a request's whole time. A case that takes longer has hung.</summary>
    public static TimeSpan Total { get; } = TimeSpan.FromSeconds(2.5);

    /// <summary>Builds it.</summary>
    /// <param name="backend">The kind of backend that will have a fault.</param>
    /// <param name="faulty">That backend.</param>
    /// <param name="good">The other one; <see langword="null"/> for none.</param>
    public static ServiceProvider Build(FaultyBackend backend, LlmSimulator faulty, OpenAISimulator? good)
    {
        var services = new ServiceCollection();
        var builder = services.AddHybridLlm(options =>
        {
            options.Metrics.Store = "None";
            options.Catalog.Discovery = ModelDiscovery.Off;
            options.Catalog.RefreshInterval = TimeSpan.FromHours(1);
            options.Timeouts = new()
            {
                Connect = TimeSpan.FromMilliseconds(800),
                Load = TimeSpan.FromMilliseconds(800),
                FirstToken = TimeSpan.FromMilliseconds(800),
                Idle = TimeSpan.FromMilliseconds(600),
                IdleMinimum = TimeSpan.FromMilliseconds(400),
                Total = Total,
            };

            // Three answers say what is usual; then a slow backend gets company after this time.
            options.Resilience.Hedging = new()
            {
                MinimumSamples = Warming,
                MinimumDelay = TimeSpan.FromMilliseconds(500),
                MaxShare = 1,
            };

            // A probe would call the faulty backend in the background, and hide who left a connection open.
            options.Resilience.Cooldown.Probe = false;
            options.Resilience.Retry = new() { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(20) };
            options.Models["alpha"] = new() { Provider = FaultyBackend.Provider, ModelId = "sim-model", ContextLength = 4096 };
            if (good is not null)
            {
                options.Models["beta"] = new() { Provider = "good", ModelId = "sim-model", ContextLength = 32_768 };
                options.Models["alpha"].Fallbacks.Add("beta");
            }
        });
        backend.Register(builder, faulty.Endpoint.ToString());
        if (good is not null)
        {
            builder.AddOpenAICompatible("good", options => options.Endpoint = good.Endpoint.ToString());
        }

        return services.BuildServiceProvider();
    }
}
