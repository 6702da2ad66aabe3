namespace HybridLlm;

/// <summary>A provider whose backend tells how busy it is, the requests of other clients included.</summary>
public interface IProviderLoadSource
{
    /// <summary>Asks the backend how busy it is. Cheap, and never loads a model.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The load; <see langword="null"/> where the backend does not tell.</returns>
    /// <exception cref="ProviderException">The backend did not answer.</exception>
    Task<ProviderLoad?> GetLoadAsync(CancellationToken cancellationToken = default);
}
