namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Asks a server whether it can answer yet.</summary>
internal interface IServerProbe
{
    /// <summary>Asks once.</summary>
    /// <param name="endpoint">The server's address.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns><see langword="true"/> when the server answers requests; <see langword="false"/> while it loads, or is not there yet.</returns>
    Task<bool> IsReadyAsync(Uri endpoint, CancellationToken cancellationToken);
}
