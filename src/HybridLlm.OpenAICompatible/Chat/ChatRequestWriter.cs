using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Writes the body of a chat request.</summary>
internal static class ChatRequestWriter
{
    private const string OwnKeyPrefix = "hybridllm.";

    internal static void Write(Utf8JsonWriter writer, ChatRequest request)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, request.ModelId);
        ChatMessageWriter.Write(writer, request);
        if (request.Options is { } options)
        {
            WriteSampling(writer, request.Dialect, options);
            WriteTools(writer, request, options);
            WriteFormat(writer, request.Dialect, options);
            WriteAdditional(writer, request.Dialect, options);
            WriteRaw(writer, request, options);
        }

        if (request.Stream)
        {
            writer.WriteBoolean("stream"u8, true);
            if (request.Dialect.SupportsStreamOptions)
            {
                writer.WriteStartObject("stream_options"u8);
                writer.WriteBoolean("include_usage"u8, true);
                writer.WriteEndObject();
            }
        }

        request.Dialect.WriteExtraFields(writer, request.ModelId, request.Options, request.Stream);
        writer.WriteEndObject();
    }

    private static void WriteSampling(Utf8JsonWriter writer, OpenAIDialect dialect, ChatOptions options)
    {
        WriteNumber(writer, "temperature"u8, options.Temperature);
        WriteNumber(writer, "top_p"u8, options.TopP);
        WriteNumber(writer, "frequency_penalty"u8, dialect.Accepts("frequency_penalty") ? options.FrequencyPenalty : null);
        WriteNumber(writer, "presence_penalty"u8, dialect.Accepts("presence_penalty") ? options.PresencePenalty : null);
        if (options.TopK is { } topK && dialect.Accepts("top_k"))
        {
            writer.WriteNumber("top_k"u8, topK);
        }

        if (options.MaxOutputTokens is { } maxTokens)
        {
            writer.WriteNumber(dialect.MaxTokensField, maxTokens);
        }

        if (options.Seed is { } seed && dialect.Accepts("seed"))
        {
            writer.WriteNumber("seed"u8, seed);
        }

        if (options.StopSequences is { Count: > 0 } stops)
        {
            writer.WriteStartArray("stop"u8);
            foreach (var stop in stops)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }

        if (Effort(options.Reasoning?.Effort) is { } effort)
        {
            writer.WriteString("reasoning_effort"u8, effort);
        }
    }

    // Tools that must not be called are not sent: several servers show them to the model regardless, and a call comes back as text.
    private static void WriteTools(Utf8JsonWriter writer, ChatRequest request, ChatOptions options)
    {
        if (options.Tools is not { Count: > 0 } tools || options.ToolMode is NoneChatToolMode)
        {
            return;
        }

        var required = options.ToolMode as RequiredChatToolMode;
        var only = request.Dialect.SupportsNamedToolChoice ? null : required?.RequiredFunctionName;
        writer.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            if (only is null || tool.Name == only)
            {
                WriteTool(writer, request, tool);
            }
        }

        writer.WriteEndArray();
        if (required is not null)
        {
            WriteToolChoice(writer, only is null ? required.RequiredFunctionName : null);
        }
        else if (options.ToolMode is AutoChatToolMode)
        {
            writer.WriteString("tool_choice"u8, "auto"u8);
        }

        if (options.AllowMultipleToolCalls is { } multiple && request.Dialect.Accepts("parallel_tool_calls"))
        {
            writer.WriteBoolean("parallel_tool_calls"u8, multiple);
        }
    }

    private static void WriteTool(Utf8JsonWriter writer, ChatRequest request, AITool tool)
    {
        if (tool is not AIFunctionDeclaration function)
        {
            throw new ProviderException(ProviderErrorKind.InvalidRequest, $"The tool '{tool.Name}' ({tool.GetType().Name}) is no function and cannot be sent to provider '{request.Provider}'.")
            {
                Provider = request.Provider,
                ModelId = request.ModelId,
            };
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, function.Name);
        if (function.Description is { Length: > 0 } description)
        {
            writer.WriteString("description"u8, description);
        }

        writer.WritePropertyName("parameters"u8);
        request.Dialect.WriteToolSchema(writer, function.JsonSchema);
        if (function.AdditionalProperties.TryGetValue(OpenAIOptionKeys.Strict, out var strict) && strict is bool value)
        {
            writer.WriteBoolean("strict"u8, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteToolChoice(Utf8JsonWriter writer, string? name)
    {
        if (name is null)
        {
            writer.WriteString("tool_choice"u8, "required"u8);
            return;
        }

        writer.WriteStartObject("tool_choice"u8);
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, name);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // The text format is every server's default, and LM Studio refuses to be told.
    private static void WriteFormat(Utf8JsonWriter writer, OpenAIDialect dialect, ChatOptions options)
    {
        if (options.ResponseFormat is ChatResponseFormatJson json)
        {
            var strict = options.AdditionalProperties?.TryGetValue(OpenAIOptionKeys.Strict, out var value) == true ? value as bool? : null;
            dialect.WriteResponseFormat(writer, json, strict);
        }
    }

    private static void WriteAdditional(Utf8JsonWriter writer, OpenAIDialect dialect, ChatOptions options)
    {
        var additional = options.AdditionalProperties;
        if (additional is { Count: > 0 })
        {
            foreach (var (name, value) in additional)
            {
                if (!name.StartsWith(OwnKeyPrefix, StringComparison.OrdinalIgnoreCase) && !IsTaken(name, dialect, options) && dialect.Accepts(name) && JsonValueWriter.CanWrite(value))
                {
                    writer.WritePropertyName(name);
                    JsonValueWriter.Write(writer, value);
                }
            }
        }
    }

    // What the factory makes is a request of the caller's own; only a JSON object can be merged into ours.
    private static void WriteRaw(Utf8JsonWriter writer, ChatRequest request, ChatOptions options)
    {
        if (options.RawRepresentationFactory?.Invoke(request.Client) is not JsonObject raw)
        {
            return;
        }

        foreach (var (name, value) in raw)
        {
            if (!IsTaken(name, request.Dialect, options) && options.AdditionalProperties?.ContainsKey(name) != true)
            {
                writer.WritePropertyName(name);
                JsonValueWriter.Write(writer, value);
            }
        }
    }

    private static bool IsTaken(string name, OpenAIDialect dialect, ChatOptions options) => name switch
    {
        "model" or "messages" or "stream" or "stream_options" or OpenAIOptionKeys.Strict => true,
        "temperature" => options.Temperature is not null,
        "top_p" => options.TopP is not null,
        "top_k" => options.TopK is not null,
        "frequency_penalty" => options.FrequencyPenalty is not null,
        "presence_penalty" => options.PresencePenalty is not null,
        "seed" => options.Seed is not null,
        "stop" => options.StopSequences is { Count: > 0 },
        "reasoning_effort" => options.Reasoning?.Effort is not null,
        "response_format" => options.ResponseFormat is ChatResponseFormatJson,
        "tools" or "tool_choice" or "parallel_tool_calls" => options.Tools is { Count: > 0 },
        _ => name == dialect.MaxTokensField && options.MaxOutputTokens is not null,
    };

    private static string? Effort(ReasoningEffort? effort) => effort switch
    {
        ReasoningEffort.None => "none",
        ReasoningEffort.Low => "low",
        ReasoningEffort.Medium => "medium",
        ReasoningEffort.High => "high",
        ReasoningEffort.ExtraHigh => "xhigh",
        _ => null,
    };

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, float? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }
}
