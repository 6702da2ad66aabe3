namespace HybridLlm;

/// <summary>A provider that fetches models to where its backend runs, and deletes them there.</summary>
public interface IModelDownloader
{
    /// <summary>Downloads a model and waits until it can be used. One that is there already is checked and brought up to date.</summary>
    /// <param name="modelId">The model, by the name under which the backend's source of models knows it.</param>
    /// <param name="progress">Is told of progress; or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the download. What was fetched so far may stay, for the next try.</param>
    /// <returns>A task that completes when the model can be used.</returns>
    /// <exception cref="ProviderException">There is no such model, or the download failed or made no progress.</exception>
    Task DownloadModelAsync(string modelId, IProgress<ModelDownloadProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a model from the backend's disk.</summary>
    /// <param name="modelId">The backend's own id of the model.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the model is deleted.</returns>
    /// <exception cref="ProviderException">The backend does not have the model, or does not delete it.</exception>
    Task DeleteModelAsync(string modelId, CancellationToken cancellationToken = default);
}
