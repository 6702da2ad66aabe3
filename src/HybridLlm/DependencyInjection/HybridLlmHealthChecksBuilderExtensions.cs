using HybridLlm.Configuration;
using HybridLlm.DependencyInjection;
using HybridLlm.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds HybridLlm's health checks.</summary>
public static class HybridLlmHealthChecksBuilderExtensions
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Adds a check of HybridLlm as a whole, and one of each provider that is configured when the checks are first run.</summary>
    /// <param name="builder">The builder that <c>AddHealthChecks()</c> returns.</param>
    /// <param name="name">The name of the check of the whole. A provider's is <c>NAME:PROVIDER</c>. Default: <c>hybridllm</c>.</param>
    /// <param name="failureStatus">What is reported when no request can be routed; <see langword="null"/>, the default, for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The tags of all of these checks, by which an application chooses those of an endpoint; default: none.</param>
    /// <param name="timeout">How long a check may take; <see langword="null"/>, the default, for 5 seconds. It waits only until providers have been asked for the first time.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// The whole is healthy when every route of every provider takes requests, degraded when some do, and unhealthy when none does. A check says what is known already
    /// from requests, from health probes in the background and from circuit breakers; it never asks a model for anything. What it knows of each model is in its data.
    /// Meant for readiness and not for liveness: an application whose backends are away need not be started again.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is neither positive nor infinite.</exception>
    public static IHealthChecksBuilder AddHybridLlm(
        this IHealthChecksBuilder builder, string name = "hybridllm", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var limit = timeout ?? DefaultTimeout;
        var labels = tags?.ToArray() ?? [];
        builder.Add(Registration(name, provider: null));
        builder.Services.AddOptions<HealthCheckServiceOptions>().Configure<OptionsWatcher>((options, watcher) =>
        {
            foreach (var (provider, settings) in watcher.Current.Providers)
            {
                if (settings.Enabled)
                {
                    options.Registrations.Add(Registration($"{name}:{provider}", provider));
                }
            }
        });
        return builder;

        HealthCheckRegistration Registration(string check, string? provider) =>
            new(check, services => new RoutingHealthCheck(services.GetRequiredService<HybridLlmRuntime>(), provider), failureStatus, labels, limit);
    }
}
