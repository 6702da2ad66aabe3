namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Asks for <c>/props</c>, which says 503 while the model loads.</summary>
/// <remarks>Unlike <c>/health</c> it wants the key: a stranger that took the port in between does not pass for the server.</remarks>
internal sealed class PropsProbe(Func<HttpClient> http, string apiKey) : IServerProbe
{
    // A server that loads answers at once that it does.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<bool> IsReadyAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint, "props"));
            request.Headers.Authorization = new("Bearer", apiKey);
            using var response = await http().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet. Whether it ever will is for the supervisor to say, which watches the process.
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
