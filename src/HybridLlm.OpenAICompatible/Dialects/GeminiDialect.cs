using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Schemas;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Dialects;

/// <summary>Gemini behind Google's OpenAI-compatible endpoint, or behind any other host that passes requests on to it.</summary>
internal class GeminiDialect : OpenAIDialect
{
    /// <summary>The one instance.</summary>
    internal static readonly GeminiDialect Instance = new();

    private const string Prefix = "models/";

    // A pause longer than this is a quota of the day; Google's own client gives up then.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    protected internal override Uri? DefaultEndpoint { get; } = new("https://generativelanguage.googleapis.com");

    /// <summary>Tells whether a model is one of Gemini's: <c>gemini-2.5-flash</c>, <c>models/gemini-pro-latest</c>, <c>google/gemini-3-pro</c>.</summary>
    /// <param name="modelId">The model's id.</param>
    /// <returns>Whether it is. Open models whose name begins alike, such as <c>gemini-distill-qwen</c>, are not.</returns>
    internal static bool Serves(string modelId)
    {
        const string Family = "gemini-";
        var name = modelId.AsSpan(modelId.LastIndexOf('/') + 1);
        return name.StartsWith(Family, StringComparison.OrdinalIgnoreCase) && name.Length > Family.Length
            && (char.IsAsciiDigit(name[Family.Length]) || name[Family.Length..] is "pro" or "flash" or "pro-latest" or "flash-latest" or "flash-lite-latest");
    }

    protected internal override OpenAIDialect ForModel(string modelId) => this;

    protected internal override Uri GetBaseAddress(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return endpoint.AbsolutePath == "/" ? new Uri(endpoint, "/v1beta/openai/") : base.GetBaseAddress(endpoint);
    }

    protected internal override ProviderCapabilities GetCapabilities(bool isLocal, bool isMetered) =>
        base.GetCapabilities(isLocal, isMetered) with
        {
            Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Vision | LlmFeatures.Embeddings | LlmFeatures.Reasoning,
        };

    // A member that the endpoint does not know is refused: 400, "Unknown name … Cannot find field."
    protected internal override bool Accepts(string name) => name is not (
        "top_k" or "seed" or "frequency_penalty" or "presence_penalty" or "parallel_tool_calls" or "logprobs" or "top_logprobs" or "logit_bias" or "min_p"
        or "repeat_penalty" or "user" or "store" or "metadata" or "ttl");

    protected internal override void WriteResponseFormat(Utf8JsonWriter writer, ChatResponseFormatJson format, bool? strict) =>
        ResponseFormatWriter.Write(writer, format, strict, GeminiSchema.Write);

    protected internal override void WriteToolSchema(Utf8JsonWriter writer, JsonElement schema) => GeminiSchema.Write(writer, schema);

    protected internal override ProviderErrorKind? Classify(OpenAIError reported)
    {
        if (reported.Status == 429 || reported.Is("RESOURCE_EXHAUSTED"))
        {
            // The day's quota, or a pause that nobody waits for: the same as being out of credit.
            return reported.RetryAfter > LongestPause || reported.Excerpt?.Contains("PerDay", StringComparison.Ordinal) == true
                ? ProviderErrorKind.QuotaExhausted
                : ProviderErrorKind.RateLimited;
        }

        return reported switch
        {
            _ when reported.Says("token count") && reported.Says("exceeds the maximum") => ProviderErrorKind.ContextExceeded,
            _ when reported.Is("UNAVAILABLE") => ProviderErrorKind.Overloaded,
            _ when reported.Is("DEADLINE_EXCEEDED") => ProviderErrorKind.Timeout,
            _ when reported.Is("NOT_FOUND") => ProviderErrorKind.ModelNotFound,
            _ => null,
        };
    }

    // The list says models/NAME, requests NAME.
    protected internal override ProviderModel? ReadModel(JsonElement model)
    {
        if (base.ReadModel(model) is not { } read)
        {
            return null;
        }

        var id = read.Id.StartsWith(Prefix, StringComparison.Ordinal) ? read.Id[Prefix.Length..] : read.Id;
        return read with
        {
            Id = id,
            Aliases = [Prefix + id],
            Features = id.Contains("embedding", StringComparison.Ordinal) ? LlmFeatures.Embeddings : read.Features,
        };
    }
}
