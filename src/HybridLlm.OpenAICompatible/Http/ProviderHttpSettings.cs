using System.Collections.Concurrent;

namespace HybridLlm.OpenAICompatible.Http;

/// <summary>What the providers in use ask of their connections, by provider name. Read when the HTTP client factory makes a handler.</summary>
internal sealed class ProviderHttpSettings
{
    private static readonly Entry Unset = new(null, TimeSpan.FromSeconds(5), null, false);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);

    internal void Set(string provider, Uri? endpoint, TimeSpan connectTimeout, TimeSpan? idleTimeout, bool keepsResilienceHandlers = false) =>
        _entries[provider] = new(endpoint, connectTimeout, idleTimeout, keepsResilienceHandlers);

    internal Entry Get(string provider) => _entries.GetValueOrDefault(provider, Unset);

    /// <summary>The settings of one provider.</summary>
    /// <param name="Endpoint">The configured address; <see langword="null"/> for a server that the provider starts on this machine.</param>
    /// <param name="ConnectTimeout">The budget for opening a connection.</param>
    /// <param name="IdleTimeout">How long an idle connection is kept; <see langword="null"/> for the default.</param>
    /// <param name="KeepsResilienceHandlers">Whether handlers that retry and time out are left where the application put them.</param>
    internal sealed record Entry(Uri? Endpoint, TimeSpan ConnectTimeout, TimeSpan? IdleTimeout, bool KeepsResilienceHandlers);
}
