namespace HybridLlm;

/// <summary>A provider that has something to start and stop, such as a child process.</summary>
public interface ILlmProviderLifetime : IAsyncDisposable
{
    /// <summary>Starts what the provider needs. Called once, in the background, when the provider comes into use.</summary>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>A task that completes when the start was initiated; the model may still be loading.</returns>
    /// <exception cref="ProviderException">The start failed for good, such as a missing file; the message names the remedy.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);
}
