using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Dialects;

/// <summary>Hugging Face's text-generation-inference.</summary>
internal sealed class TgiDialect : OpenAIDialect
{
    /// <summary>The one instance.</summary>
    internal static readonly TgiDialect Instance = new();

    protected internal override string? HealthPath => "health";

    protected internal override ProviderCapabilities GetCapabilities(bool isLocal, bool isMetered) =>
        base.GetCapabilities(isLocal, isMetered) with
        {
            Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Vision | LlmFeatures.Logprobs,
        };

    // OpenAI's form is not its own and is refused: the schema is the value.
    protected internal override void WriteResponseFormat(Utf8JsonWriter writer, ChatResponseFormatJson format, bool? strict)
    {
        writer.WriteStartObject("response_format"u8);
        writer.WriteString("type"u8, "json"u8);
        writer.WritePropertyName("value"u8);
        if (format.Schema is { ValueKind: JsonValueKind.Object } schema)
        {
            schema.WriteTo(writer);
        }
        else
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "object"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    protected internal override ProviderErrorKind? Classify(OpenAIError error) => error switch
    {
        _ when error.Is("overloaded") => ProviderErrorKind.Overloaded,
        _ when error.Is("healthcheck") => ProviderErrorKind.Unavailable,
        _ when error.Is("generation", "incomplete_generation", "incomplete_generation_stream", "stream_serialization_error") => ProviderErrorKind.ServerError,
        _ when error.Is("validation") && error.Says("tokens") && error.Says("must have less than", "must be <=") => ProviderErrorKind.ContextExceeded,
        _ when error.Is("validation", "template_error", "missing_template_variable", "tool_error") => ProviderErrorKind.InvalidRequest,
        _ => null,
    };
}
