using HybridLlm.OpenAICompatible;

namespace HybridLlm.LmStudio;

/// <summary>The options of an LM Studio server.</summary>
/// <remarks>
/// Without an <see cref="ProviderOptions.Endpoint"/> it is <c>http://localhost:1234</c>. <see cref="ProviderOptions.ApiKey"/> is the API token of a server that
/// requires authentication.
/// </remarks>
public sealed class LmStudioOptions : OpenAICompatibleOptions
{
    /// <summary>
    /// Gets or sets how long a model that requests load stays in memory unused, 1 second to 24 hours; each request begins the time anew. A model that is loaded
    /// already keeps the time it was loaded with. <see langword="null"/>, the default, for LM Studio's own setting, and to load models without a time limit.
    /// </summary>
    public TimeSpan? TimeToLive { get; set; }

    /// <summary>
    /// Gets or sets the context that models are loaded with, in tokens, 1 to 16,777,216. It needs LM Studio 0.4, and no <see cref="TimeToLive"/>: a model that a
    /// request loads gets the context of LM Studio's settings. <see langword="null"/>, the default, for those settings in any case.
    /// </summary>
    public int? ContextSize { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether answers that are not streamed are asked for by LM Studio's own route, which tells how long they took
    /// (<see cref="LmStudioStats"/>). Requests with tools or a response format go the common route nevertheless. Default: <see langword="false"/>.
    /// </summary>
    public bool DetailedStats { get; set; }
}
