namespace HybridLlm.OpenAICompatible;

/// <summary>The options of a server that speaks the OpenAI wire protocol.</summary>
/// <remarks>
/// <see cref="ProviderOptions.Endpoint"/> is required, such as <c>http://localhost:8000</c>. <c>/v1</c> is added to an address without a path;
/// an address with a path, such as <c>https://example.org/llm/v1</c>, is used as it is.
/// </remarks>
public class OpenAICompatibleOptions : ProviderOptions
{
    /// <summary>Gets HTTP headers that are sent with every request, such as <c>X-Tenant</c>. The key of the backend belongs into <see cref="ProviderOptions.ApiKey"/>.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets or sets how long an idle connection is kept, 0 to 1 hour. It must be shorter than the server keeps it: a request on a connection that the server is
    /// closing is lost. <see langword="null"/> for 4 seconds (llama-server and vLLM close after 5), or 1 minute over HTTPS.
    /// </summary>
    public TimeSpan? ConnectionIdleTimeout { get; set; }

    /// <summary>
    /// Gets or sets whether requests to the server stay on this machine or network, for privacy rules. <see langword="null"/> to judge by the address: loopback and
    /// private addresses, names without a dot and names under <c>.local</c> are local.
    /// </summary>
    public bool? IsLocal { get; set; }

    /// <summary>Gets or sets whether the server's use costs money per token. <see langword="null"/>: it does unless the server is local.</summary>
    public bool? IsMetered { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether handlers of Microsoft.Extensions.Http.Resilience, which an application may have added to all its HTTP clients with
    /// <c>ConfigureHttpClientDefaults</c>, stay in the way of requests to this server. By default they are taken out: their usual budgets of 10 seconds for an
    /// attempt and 30 for a request cut answers that are still being written, and their retries send a request twice. Default: <see langword="false"/>.
    /// </summary>
    public bool KeepResilienceHandlers { get; set; }
}
