namespace HybridLlm.Endpoints;

/// <summary>Several servers whose models can be loaded: a model is loaded, and unloaded, on all of them.</summary>
internal sealed class BalancedLoader(string name, ReplicaSet replicas, TimeProvider time) : BalancedProvider(name, replicas, time), IModelLoader
{
    public Task LoadModelAsync(string modelId, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Providers.OfType<IModelLoader>().Select(loader => loader.LoadModelAsync(modelId, cancellationToken)));

    public Task UnloadModelAsync(string modelId, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Providers.OfType<IModelLoader>().Select(loader => loader.UnloadModelAsync(modelId, cancellationToken)));
}
