using System.Security.Cryptography;
using HybridLlm.OpenAICompatible;

namespace HybridLlm.LlamaCpp.Wire;

/// <summary>Says how a llama-server is talked to.</summary>
internal static class ConnectionOptions
{
    /// <summary>Gets the key to talk with: the configured one, or a new one for a server of our own.</summary>
    internal static string? KeyFor(LlamaCppOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.ApiKey ?? (options.ModelPath is null ? null : RandomNumberGenerator.GetHexString(64, lowercase: true));
    }

    /// <summary>Makes the options of the wire. The given ones belong to the configuration, which must not see a key that nobody wrote.</summary>
    internal static OpenAICompatibleOptions For(LlamaCppOptions options, string? apiKey)
    {
        var copy = new OpenAICompatibleOptions
        {
            Endpoint = options.Endpoint,
            ApiKey = apiKey,

            // The server closes a connection a few milliseconds after a streamed answer and does not say so before. A request that reuses the connection
            // in between is lost, so none is reused; on one machine a new one costs nothing that shows.
            ConnectionIdleTimeout = options.ConnectionIdleTimeout ?? TimeSpan.Zero,
            IsLocal = options.IsLocal ?? (options.ModelPath is null ? null : true),
            IsMetered = options.IsMetered,
            KeepResilienceHandlers = options.KeepResilienceHandlers,
        };
        foreach (var (name, value) in options.Headers)
        {
            copy.Headers[name] = value;
        }

        return copy;
    }
}
