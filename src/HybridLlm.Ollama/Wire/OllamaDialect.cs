using HybridLlm.OpenAICompatible;

namespace HybridLlm.Ollama.Wire;

/// <summary>What Ollama means by its errors, as far as their status does not say it. Ollama answers many mistakes of a client with 500.</summary>
/// <remarks>Errors of the runner come as JSON inside the message; the common reader of error bodies opens them, so that their type and numbers are known here.</remarks>
internal sealed class OllamaDialect : OpenAIDialect
{
    internal static readonly OllamaDialect Instance = new();

    private OllamaDialect()
    {
    }

    protected internal override Uri DefaultEndpoint { get; } = new("http://127.0.0.1:11434");

    protected internal override Uri GetBaseAddress(Uri endpoint) => new UriBuilder(endpoint)
    {
        Path = endpoint.AbsolutePath.TrimEnd('/') + "/",
        Query = "",
        Fragment = "",
    }.Uri;

    protected internal override ProviderCapabilities GetCapabilities(bool isLocal, bool isMetered) => new()
    {
        Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Vision
            | LlmFeatures.Logprobs | LlmFeatures.Embeddings | LlmFeatures.Reasoning,

        // A runner that hangs is never noticed by the server; only a stream shows that nothing comes.
        PrefersStreaming = true,
        IsLocal = isLocal,
        IsMetered = isMetered,
    };

    protected internal override ProviderErrorKind? Classify(OpenAIError reported) => reported switch
    {
        _ when reported.Says("the prompt is longer than the context length", "the input length exceeds the context length") => ProviderErrorKind.ContextExceeded,
        _ when reported.Says("does not support embeddings") => ProviderErrorKind.ModelNotFound,
        _ when reported.Says("ollama cloud is disabled", "pull model manifest: file does not exist") => ProviderErrorKind.ModelNotFound,
        { Status: 500 } when IsClientsMistake(reported) => ProviderErrorKind.InvalidRequest,
        { Status: 500 } when reported.Says("dial tcp", "no such host") => ProviderErrorKind.Unavailable, // The source of models, in a download.
        { Status: 500 } when reported.Says("error loading model", "process has terminated", "no longer running") => ProviderErrorKind.ServerError,
        { Status: 500 } when reported.Says("timed out waiting for") => ProviderErrorKind.Timeout,
        _ => null,
    };

    private static bool IsClientsMistake(OpenAIError error) =>
        (error.Says("option \"") && error.Says("must be of type"))
        || error.Says("invalid format:", "invalid JSON schema", "JSON schema error", "Failed to parse tools", "image input is not supported", "does not support multimodal", "invalid options")
        || error.Message.StartsWith("template:", StringComparison.Ordinal);
}
