using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Gemini;

/// <summary>Writes a <c>GenerateContentRequest</c>, of the requests for which <see cref="CanWrite"/> holds.</summary>
internal static class GeminiRequestWriter
{
    private const string OwnKeyPrefix = "hybridllm.";

    /// <summary>Tells whether a request has nothing in it that is written for the common protocol, or that only it has words for here.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">The options.</param>
    internal static bool CanWrite(IEnumerable<ChatMessage> messages, ChatOptions options) =>
        options is { Tools: null or { Count: 0 }, RawRepresentationFactory: null }
        && (options.AdditionalProperties is null || options.AdditionalProperties.Keys.All(static key => key == OpenAIOptionKeys.Strict || key.StartsWith(OwnKeyPrefix, StringComparison.OrdinalIgnoreCase)))
        && messages.All(static message => message.Role != ChatRole.Tool && message.Contents.All(
            static content => content is TextContent or TextReasoningContent or UsageContent or ErrorContent || (content is DataContent data && data.HasTopLevelMediaType("image"))));

    /// <summary>Writes the request.</summary>
    /// <param name="writer">Writes the body.</param>
    /// <param name="request">What it is written from.</param>
    internal static void Write(Utf8JsonWriter writer, ChatRequest request)
    {
        writer.WriteStartObject();
        WriteInstructions(writer, request);
        WriteConversation(writer, request.Messages);
        writer.WriteStartObject("generationConfig"u8);
        if (request.Options is { } options)
        {
            WriteSampling(writer, options);
            WriteThinking(writer, request.ModelId, options.Reasoning?.Effort);
            WriteFormat(writer, options.ResponseFormat);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static bool IsInstruction(ChatMessage message) => message.Role == ChatRole.System || message.Role.Value == "developer";

    private static void WriteInstructions(Utf8JsonWriter writer, ChatRequest request)
    {
        string[] texts =
        [
            .. new[] { request.Options?.Instructions }.Concat(request.Messages.Where(IsInstruction).Select(static message => message.Text)).OfType<string>().Where(static text => text.Length > 0),
        ];
        if (texts.Length == 0)
        {
            return;
        }

        writer.WriteStartObject("systemInstruction"u8);
        writer.WriteStartArray("parts"u8);
        foreach (var text in texts)
        {
            WriteText(writer, text);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteConversation(Utf8JsonWriter writer, IEnumerable<ChatMessage> messages)
    {
        writer.WriteStartArray("contents"u8);
        foreach (var message in messages.Where(static message => !IsInstruction(message)))
        {
            writer.WriteStartObject();
            writer.WriteString("role"u8, message.Role == ChatRole.Assistant ? "model"u8 : "user"u8);
            writer.WriteStartArray("parts"u8);
            foreach (var content in message.Contents)
            {
                if (content is TextContent { Text.Length: > 0 } text)
                {
                    WriteText(writer, text.Text);
                }
                else if (content is DataContent data)
                {
                    writer.WriteStartObject();
                    writer.WriteStartObject("inlineData"u8);
                    writer.WriteString("mimeType"u8, data.MediaType);
                    writer.WriteBase64String("data"u8, data.Data.Span);
                    writer.WriteEndObject();
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }

    private static void WriteSampling(Utf8JsonWriter writer, ChatOptions options)
    {
        if (options.Temperature is { } temperature)
        {
            writer.WriteNumber("temperature"u8, temperature);
        }

        if (options.TopP is { } topP)
        {
            writer.WriteNumber("topP"u8, topP);
        }

        if (options.TopK is { } topK)
        {
            writer.WriteNumber("topK"u8, topK);
        }

        if (options.MaxOutputTokens is { } most)
        {
            writer.WriteNumber("maxOutputTokens"u8, most);
        }

        // The native interface takes 32 bits.
        if (options.Seed is { } seed and >= int.MinValue and <= int.MaxValue)
        {
            writer.WriteNumber("seed"u8, seed);
        }

        if (options.StopSequences is { Count: > 0 } stops)
        {
            writer.WriteStartArray("stopSequences"u8);
            foreach (var stop in stops)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }
    }

    // As the compatible endpoint maps reasoning_effort: https://ai.google.dev/gemini-api/docs/openai. Before Gemini 3 it is a budget of tokens, then a level.
    private static void WriteThinking(Utf8JsonWriter writer, string modelId, ReasoningEffort? effort)
    {
        var isBudget = modelId[(modelId.LastIndexOf('/') + 1)..].StartsWith("gemini-2", StringComparison.OrdinalIgnoreCase);
        if (effort is null || (effort == ReasoningEffort.None && !isBudget))
        {
            return;
        }

        writer.WriteStartObject("thinkingConfig"u8);
        if (isBudget)
        {
            writer.WriteNumber("thinkingBudget"u8, effort switch { ReasoningEffort.None => 0, ReasoningEffort.Low => 1024, ReasoningEffort.Medium => 8192, _ => 24_576 });
        }
        else
        {
            writer.WriteString("thinkingLevel"u8, effort == ReasoningEffort.Low ? "low"u8 : "high"u8);
        }

        writer.WriteEndObject();
    }

    private static void WriteFormat(Utf8JsonWriter writer, ChatResponseFormat? format)
    {
        if (format is ChatResponseFormatJson json)
        {
            writer.WriteString("responseMimeType"u8, "application/json"u8);
            if (json.Schema is { } schema)
            {
                writer.WritePropertyName("responseJsonSchema"u8);
                NativeSchema.Write(writer, schema);
            }
        }
    }
}
