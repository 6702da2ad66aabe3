namespace HybridLlm;

/// <summary>A provider whose models can be loaded into memory and unloaded.</summary>
public interface IModelLoader
{
    /// <summary>Loads a model and waits until it can answer.</summary>
    /// <param name="modelId">The backend's own id of the model.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the model is resident.</returns>
    /// <exception cref="ProviderException">The model does not exist or does not load.</exception>
    Task LoadModelAsync(string modelId, CancellationToken cancellationToken = default);

    /// <summary>Unloads a model. Unloading one that is not resident does nothing.</summary>
    /// <param name="modelId">The backend's own id of the model.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the memory is free.</returns>
    Task UnloadModelAsync(string modelId, CancellationToken cancellationToken = default);
}
