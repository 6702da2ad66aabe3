using System.Text.Json;
using HybridLlm.OpenAICompatible;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Schemas;
using Microsoft.Extensions.AI;

namespace HybridLlm.LmStudio.Wire;

/// <summary>How LM Studio's protocol differs from OpenAI's.</summary>
/// <param name="timeToLive">How long a model that a request loads stays in memory; <see langword="null"/> to leave it to LM Studio.</param>
/// <param name="detailedStats">Whether plain requests go LM Studio's own route, which tells times.</param>
internal sealed class LmStudioDialect(TimeSpan? timeToLive, bool detailedStats) : OpenAIDialect
{
    private static readonly JsonElement AnyObject = JsonElement.Parse("""{"type":"object"}""");

    protected internal override Uri? DefaultEndpoint { get; } = new("http://localhost:1234");

    // An object is refused: tool_choice is a word here.
    protected internal override bool SupportsNamedToolChoice => false;

    protected internal override ProviderCapabilities GetCapabilities(bool isLocal, bool isMetered) =>
        base.GetCapabilities(isLocal, isMetered) with
        {
            // Probabilities of tokens are asked for in vain: they are always null.
            Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Vision | LlmFeatures.Embeddings | LlmFeatures.Reasoning,
        };

    // People copy the address of any of the three interfaces that share the port.
    protected internal override Uri GetBaseAddress(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var path = endpoint.AbsolutePath.TrimEnd('/');
        foreach (var end in (ReadOnlySpan<string>)["/api/v0", "/api/v1"])
        {
            if (path.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            {
                return new UriBuilder(endpoint) { Path = path[..^end.Length] + "/v1/" }.Uri;
            }
        }

        return base.GetBaseAddress(endpoint);
    }

    protected internal override string GetChatPath(ChatOptions? options, bool stream) =>
        detailedStats && !stream && options is not ({ Tools.Count: > 0 } or { ResponseFormat: ChatResponseFormatJson })
            ? "../api/v0/chat/completions"
            : "chat/completions";

    // json_object is refused; a schema of any object says the same.
    protected internal override void WriteResponseFormat(Utf8JsonWriter writer, ChatResponseFormatJson format, bool? strict) =>
        ResponseFormatWriter.Write(
            writer,
            format.Schema is null or { ValueKind: JsonValueKind.True } ? new(AnyObject, format.SchemaName, format.SchemaDescription) : format,
            strict,
            GrammarSchema.Write);

    protected internal override void WriteToolSchema(Utf8JsonWriter writer, JsonElement schema) => GrammarSchema.Write(writer, schema);

    protected internal override void WriteExtraFields(Utf8JsonWriter writer, string modelId, ChatOptions? options, bool stream)
    {
        if (timeToLive is { } time && options?.AdditionalProperties?.ContainsKey("ttl") != true)
        {
            writer.WriteNumber("ttl"u8, (long)Math.Ceiling(time.TotalSeconds));
        }
    }

    protected internal override string? GetKeptProperty(ReadOnlySpan<byte> utf8Name) => utf8Name.SequenceEqual("stats"u8) ? LmStudioPropertyNames.Stats : null;

    // Most errors inside a stream come with no status, so the words decide.
    protected internal override ProviderErrorKind? Classify(OpenAIError error)
    {
        if (error.Says("greater than the context length", "does not fit in context length", "context the overflows", "context overflow", "exceeds the context length"))
        {
            return ProviderErrorKind.ContextExceeded;
        }

        // The first is the answer, with status 200, to every path that does not exist.
        if (error.Says("Unexpected endpoint or method", "No models loaded", "Cannot find model", "Invalid model identifier") || (error.Says("model") && error.Says("not found")))
        {
            return ProviderErrorKind.ModelNotFound;
        }

        if (error.Is("model_load_failed") || error.Says("Failed to load model", "insufficient system resources"))
        {
            return ProviderErrorKind.ServerError;
        }

        return error.Is("not_implemented") || (error.InStream && error.Is("invalid_request")) || error.Says("'response_format", "Invalid 'messages'")
            ? ProviderErrorKind.InvalidRequest
            : null;
    }
}
