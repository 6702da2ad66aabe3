using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>A backend server that serves one or more models.</summary>
/// <remarks>
/// What only some backends can do is a separate interface, found by a type test: <see cref="IModelLoader"/>,
/// <see cref="IModelDownloader"/>, <see cref="IEmbeddingProvider"/>, <see cref="ITokenCounter"/>, <see cref="IModelStateSource"/>, <see cref="ILlmProviderLifetime"/>.
/// An implementation classifies each failure once and throws it as <see cref="ProviderException"/>; it neither retries nor falls back.
/// It is safe for concurrent use.
/// </remarks>
public interface ILlmProvider
{
    /// <summary>Gets the provider's name: its key under <c>HybridLlm:Providers</c>.</summary>
    string Name { get; }

    /// <summary>Gets what the backend can do, whatever the model.</summary>
    ProviderCapabilities Capabilities { get; }

    /// <summary>Gets a client for one model. It is called once per model; the client is kept and used concurrently.</summary>
    /// <param name="modelId">The backend's own id of the model.</param>
    /// <returns>The client.</returns>
    IChatClient GetChatClient(string modelId);

    /// <summary>Asks the backend which models it serves. Never loads a model.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The models.</returns>
    /// <exception cref="ProviderException">The backend did not answer, or not understandably.</exception>
    Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks the backend, cheaply and without loading a model, whether it is there.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The state. A backend that is not there is a result, not an exception.</returns>
    Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default);
}
