using HybridLlm.DependencyInjection;
using HybridLlm.Execution;
using HybridLlm.Runtime;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HybridLlm.Diagnostics;

/// <summary>Says whether requests can be routed, of one provider or of all, from what is known already.</summary>
/// <param name="runtime">What requests go by.</param>
/// <param name="only">The provider; <see langword="null"/> for all.</param>
internal sealed class RoutingHealthCheck(HybridLlmRuntime runtime, string? only) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var snapshot = await runtime.GetSnapshotAsync(cancellationToken).ConfigureAwait(false);
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        var providers = runtime.Providers.Where(provider => IsMeant(provider.Name)).ToList();
        if (only is not null && providers.Count == 0)
        {
            return HealthCheckResult.Healthy("It is not in use any more.");
        }

        var isWell = Describe(providers, data);
        var (all, ready) = Count(snapshot, data);
        var words = all == 0 ? "No model is known." : $"{ready} of {all} models take requests.";
        return ready == 0 ? new(context.Registration.FailureStatus, words, null, data)
            : isWell && ready == all ? HealthCheckResult.Healthy(words, data)
            : HealthCheckResult.Degraded(words, null, data);
    }

    /// <summary>Writes down how the providers are.</summary>
    /// <returns>Whether all of them are well.</returns>
    private static bool Describe(List<ProviderRuntime> providers, Dictionary<string, object> data)
    {
        var isWell = true;
        foreach (var provider in providers)
        {
            var health = provider.Health;
            isWell &= health.Status == ProviderHealthStatus.Healthy;
            data[$"provider:{provider.Name}"] = health.Description is { Length: > 0 } words ? $"{health.Status}: {words}" : health.Status.ToString();
        }

        return isWell;
    }

    private (int All, int Ready) Count(RoutingSnapshot snapshot, Dictionary<string, object> data)
    {
        var (all, ready) = (0, 0);
        foreach (var model in snapshot.Catalog.Models)
        {
            if (!IsMeant(model.Provider))
            {
                continue;
            }

            var availability = snapshot.Routes.GetAvailability(model);
            var state = Words.Of(availability.State);
            all++;
            ready += availability.State == RouteState.Ready ? 1 : 0;
            data[$"model:{model.Name}"] = availability.State == RouteState.Ready ? state
                : availability.RetryAt is { } at ? $"{state} until {at:u}: {availability.Detail}"
                : $"{state}: {availability.Detail}";
        }

        data["models"] = all;
        data["ready"] = ready;
        return (all, ready);
    }

    private bool IsMeant(string provider) => only is null || provider.Equals(only, StringComparison.OrdinalIgnoreCase);
}
