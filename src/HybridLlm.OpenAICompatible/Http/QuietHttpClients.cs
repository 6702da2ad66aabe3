using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace HybridLlm.OpenAICompatible.Http;

/// <summary>
/// Has the named HTTP clients <c>HybridLlm:NAME</c> log nothing of their own. Attempts and their failures are logged where they are understood; four more lines for
/// every request and every health check would bury them, and cost more than the rest of routing.
/// </summary>
/// <remarks>It stands before whatever the application says of its HTTP clients, so <c>AddHttpClient("HybridLlm:NAME").AddDefaultLogger()</c> brings the lines back.</remarks>
internal sealed class QuietHttpClients : IConfigureNamedOptions<HttpClientFactoryOptions>
{
    private static readonly Action<HttpClientFactoryOptions> RemoveLoggers = Capture();

    public void Configure(string? name, HttpClientFactoryOptions options)
    {
        if (name?.StartsWith(ProviderHttpClientSetup.Prefix, StringComparison.Ordinal) == true)
        {
            RemoveLoggers(options);
        }
    }

    public void Configure(HttpClientFactoryOptions options) => Configure(Options.DefaultName, options);

    // Only RemoveAllLoggers can reach these settings, and it wants the name of one client. Names come and go with the configuration here.
    private static Action<HttpClientFactoryOptions> Capture()
    {
        var services = new ServiceCollection();
        var before = services.AddHttpClient("any").Services.Count;
        services.AddHttpClient("any").RemoveAllLoggers();
        return services.Skip(before)
            .Select(static service => service.ImplementationInstance).OfType<ConfigureNamedOptions<HttpClientFactoryOptions>>()
            .Select(static options => options.Action!).Aggregate(static (first, second) => first + second);
    }
}
