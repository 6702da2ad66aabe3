using System.Collections.Frozen;

namespace HybridLlm.Execution;

/// <summary>The routes of a snapshot, by model name.</summary>
internal sealed class RouteTable(FrozenDictionary<string, RouteRuntime> routes) : IRouteAvailability
{
    public static RouteTable Empty { get; } = new(FrozenDictionary<string, RouteRuntime>.Empty);

    public IEnumerable<RouteRuntime> All => routes.Values;

    public RouteRuntime Find(ModelProfile model) =>
        routes.TryGetValue(model.Name, out var route)
            ? route
            : throw new InvalidOperationException($"The plan routes to '{model.Name}', which is not in the catalog. A model selector may only return models of its context's catalog.");

    public RouteAvailability GetAvailability(ModelProfile model) =>
        routes.TryGetValue(model.Name, out var route) ? route.GetAvailability() : new(RouteState.ProviderUnhealthy, null, "it is not in use");
}
