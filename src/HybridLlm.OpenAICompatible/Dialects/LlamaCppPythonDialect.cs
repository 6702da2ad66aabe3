using System.Text.Json;
using HybridLlm.OpenAICompatible.Schemas;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Dialects;

/// <summary>The server of llama-cpp-python.</summary>
internal sealed class LlamaCppPythonDialect : OpenAIDialect
{
    /// <summary>The one instance.</summary>
    internal static readonly LlamaCppPythonDialect Instance = new();

    protected internal override Uri? DefaultEndpoint { get; } = new("http://localhost:8000");

    // It is passed over: streams never carry usage.
    protected internal override bool SupportsStreamOptions => false;

    protected internal override ProviderCapabilities GetCapabilities(bool isLocal, bool isMetered) =>
        base.GetCapabilities(isLocal, isMetered) with
        {
            // Tools are called only where the request names the one; "auto" and "required" are passed over.
            Features = LlmFeatures.Streaming | LlmFeatures.JsonSchema | LlmFeatures.Logprobs | LlmFeatures.Embeddings,

            // Any other request cuts the stream that runs.
            MaxConcurrency = 1,

            // A client that leaves a request that is not streamed does not free the server.
            PrefersStreaming = true,
        };

    // OpenAI's form is refused, with status 500.
    protected internal override void WriteResponseFormat(Utf8JsonWriter writer, ChatResponseFormatJson format, bool? strict)
    {
        writer.WriteStartObject("response_format"u8);
        writer.WriteString("type"u8, "json_object"u8);
        if (format.Schema is { } schema)
        {
            writer.WritePropertyName("schema"u8);
            GrammarSchema.Write(writer, schema);
        }

        writer.WriteEndObject();
    }

    protected internal override void WriteToolSchema(Utf8JsonWriter writer, JsonElement schema) => GrammarSchema.Write(writer, schema);

    // Whatever the client does wrong is status 500.
    protected internal override ProviderErrorKind? Classify(OpenAIError error) => error switch
    {
        _ when error.Status != 500 || error.InStream => null,
        _ when error.Says("must be created with embedding=True") => ProviderErrorKind.ModelNotFound,
        _ when error.Says("validation error", "can only concatenate str", "not found in tools", "exceed context window") => ProviderErrorKind.InvalidRequest,
        _ => null,
    };
}
