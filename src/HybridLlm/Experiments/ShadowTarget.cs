using HybridLlm.Execution;

namespace HybridLlm.Experiments;

/// <summary>Where mirrored requests go, and everything that stands above it.</summary>
/// <param name="Routing">The routing policy.</param>
/// <param name="Catalog">The models.</param>
/// <param name="Routes">What is in use of them.</param>
/// <param name="Defaults">Sampling parameters of which nobody else says anything.</param>
internal sealed record ShadowTarget(RoutingOptions Routing, IModelCatalog Catalog, RouteTable Routes, GenerationParameters Defaults)
{
    public ShadowOptions Options => Routing.Shadow;
}
