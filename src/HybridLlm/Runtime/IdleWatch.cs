using HybridLlm.Execution;

namespace HybridLlm.Runtime;

/// <summary>
/// Has models that nobody uses asked for a token now and then, so that a server whose listing is green and which cannot answer is found before a caller finds it.
/// </summary>
internal sealed class IdleWatch(RouteProber prober, ProviderMonitor monitor)
{
    /// <summary>Sees to the models that have been idle for long enough. It does not wait for them.</summary>
    public void Look(RoutingSnapshot snapshot)
    {
        foreach (var model in snapshot.Catalog.Models)
        {
            var route = snapshot.Routes.Find(model);
            var pause = PauseOf(route.Provider, snapshot.Options.Resilience);
            if (pause > TimeSpan.Zero && model.Features != LlmFeatures.Embeddings && route.Idleness.IsDue(pause, doubles: route.Provider.Provider is IModelLoader))
            {
                prober.CheckIdle(route, monitor.StateOf(route.Provider, route.ModelId));
            }
        }
    }

    // What costs money is asked only where that was said.
    private static TimeSpan PauseOf(ProviderRuntime provider, ResilienceOptions options) =>
        provider.Options.ProbeIdleAfter ?? (provider.Provider.Capabilities.IsMetered ? TimeSpan.Zero : options.ProbeIdleAfter);
}
