using System.Net;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HybridLlm.OpenAICompatible.Http;

/// <summary>Prepares the named HTTP clients <c>HybridLlm:NAME</c>, those of providers that a configuration reload brings included.</summary>
/// <remarks>
/// It post-configures, so that it comes after what the application says of all its HTTP clients. The connection's settings are put before the application's
/// own actions, which can change them; what must hold (no time limit, no retrying handler) is put after them.
/// </remarks>
internal sealed partial class ProviderHttpClientSetup(ProviderHttpSettings settings, ILogger<ProviderHttpClientSetup> logger) : IPostConfigureOptions<HttpClientFactoryOptions>
{
    internal const string Prefix = "HybridLlm:";

    // llama-server and uvicorn close idle connections after 5 seconds.
    private static readonly TimeSpan PlainIdleTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan SecureIdleTimeout = TimeSpan.FromMinutes(1);

    public void PostConfigure(string? name, HttpClientFactoryOptions options)
    {
        if (name is null || !name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return;
        }

        var provider = name[Prefix.Length..];
        options.HttpMessageHandlerBuilderActions.Insert(0, builder => builder.PrimaryHandler = CreateHandler(settings.Get(provider)));
        options.HttpMessageHandlerBuilderActions.Add(builder =>
        {
            if (!settings.Get(provider).KeepsResilienceHandlers)
            {
                RemoveResilienceHandlers(provider, builder.AdditionalHandlers);
            }
        });
        options.HttpClientActions.Add(static client => client.Timeout = Timeout.InfiniteTimeSpan);
    }

    internal static string ClientName(string provider) => Prefix + provider;

    private static SocketsHttpHandler CreateHandler(ProviderHttpSettings.Entry entry) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = entry.ConnectTimeout,
        PooledConnectionIdleTimeout = entry.IdleTimeout ?? (entry.Endpoint?.Scheme == Uri.UriSchemeHttps ? SecureIdleTimeout : PlainIdleTimeout),
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),

        // A stream that was read to its [DONE] has a moment to end, so that its connection can be kept.
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
        UseCookies = false,
        UseProxy = entry.Endpoint is { IsLoopback: false },
    };

    // The handlers of Microsoft.Extensions.Http.Resilience are internal and known by name only. One that retries would send a request twice
    // behind the executor's back, and one that times out would cut the loading of a model.
    private void RemoveResilienceHandlers(string provider, IList<DelegatingHandler> handlers)
    {
        for (var i = handlers.Count - 1; i >= 0; i--)
        {
            if (handlers[i].GetType().Name.Contains("ResilienceHandler", StringComparison.Ordinal))
            {
                LogRemoved(logger, handlers[i].GetType().Name, provider);
                handlers.RemoveAt(i);
            }
        }
    }

    [LoggerMessage(2001, LogLevel.Information, "{Handler} was taken out of the HTTP client of {Provider}: it would cut long answers and send requests twice. KeepResilienceHandlers leaves it in")]
    private static partial void LogRemoved(ILogger logger, string handler, string provider);
}
