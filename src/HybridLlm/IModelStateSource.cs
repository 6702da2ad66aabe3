namespace HybridLlm;

/// <summary>A provider that can tell, cheaply and without loading anything, whether a model is resident.</summary>
/// <remarks>The executor asks it before it gives up waiting for a first token: a model that is loading is waited for.</remarks>
public interface IModelStateSource
{
    /// <summary>Gets the present state of a model.</summary>
    /// <param name="modelId">The backend's own id of the model.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The state; <see cref="ModelState.Unknown"/> where the backend does not say.</returns>
    ValueTask<ModelState> GetModelStateAsync(string modelId, CancellationToken cancellationToken = default);
}
