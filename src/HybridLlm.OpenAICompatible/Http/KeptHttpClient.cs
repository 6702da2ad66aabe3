namespace HybridLlm.OpenAICompatible.Http;

/// <summary>A named HTTP client that is kept for a minute: the factory can still replace its handlers in time, and a call does not pay for a client of its own.</summary>
internal sealed class KeptHttpClient(IHttpClientFactory clients, string name, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private volatile Kept? _kept;

    /// <summary>Gets the client. It is not the caller's to dispose: what it holds belongs to the factory.</summary>
    internal HttpClient Get()
    {
        var now = clock.GetTimestamp();
        var kept = _kept;
        if (kept is null || clock.GetElapsedTime(kept.Since, now) > Longest)
        {
            _kept = kept = new(clients.CreateClient(name), now);
        }

        return kept.Client;
    }

    private sealed record Kept(HttpClient Client, long Since);
}
