using System.Text.Json;
using HybridLlm.OpenAICompatible;
using HybridLlm.OpenAICompatible.Chat;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Chat;

/// <summary>Writes the body of a request to <c>/api/chat</c>.</summary>
internal static class RequestWriter
{
    private const string OwnKeyPrefix = "hybridllm.";

    internal static void Write(Utf8JsonWriter writer, OllamaRequest request)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, request.ModelId);
        MessageWriter.Write(writer, request);

        // Streaming is what Ollama does unless it is told not to.
        writer.WriteBoolean("stream"u8, request.Stream);
        var truncates = false;
        if (request.Options is { } options)
        {
            WriteTools(writer, request, options);
            WriteFormat(writer, options);
            WriteThink(writer, request, options);
            truncates = WriteMembers(writer, request, options);
        }

        if (!truncates)
        {
            // Otherwise the server cuts a prompt that does not fit and answers from the rest as if nothing were missing.
            writer.WriteBoolean("truncate"u8, false);
        }

        WriteOptions(writer, request);
        writer.WriteEndObject();
    }

    // Ollama has no tool_choice: a tool that must not be called is not shown, and of one that must be called no other is.
    private static void WriteTools(Utf8JsonWriter writer, OllamaRequest request, ChatOptions options)
    {
        if (options.Tools is not { Count: > 0 } tools || options.ToolMode is NoneChatToolMode)
        {
            return;
        }

        var only = (options.ToolMode as RequiredChatToolMode)?.RequiredFunctionName;
        writer.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            if (only is null || tool.Name == only)
            {
                WriteTool(writer, tool as AIFunctionDeclaration ?? throw request.Refuse($"The tool '{tool.Name}' ({tool.GetType().Name}) is no function and cannot be sent."));
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteTool(Utf8JsonWriter writer, AIFunctionDeclaration function)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, function.Name);
        if (function.Description is { Length: > 0 } description)
        {
            writer.WriteString("description"u8, description);
        }

        writer.WritePropertyName("parameters"u8);
        function.JsonSchema.WriteTo(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteFormat(Utf8JsonWriter writer, ChatOptions options)
    {
        if (options.ResponseFormat is not ChatResponseFormatJson json)
        {
            return;
        }

        if (json.Schema is { ValueKind: JsonValueKind.Object } schema)
        {
            writer.WritePropertyName("format"u8);
            schema.WriteTo(writer);
        }
        else
        {
            writer.WriteString("format"u8, "json"u8);
        }
    }

    private static void WriteThink(Utf8JsonWriter writer, OllamaRequest request, ChatOptions options)
    {
        if (options.AdditionalProperties?.ContainsKey(OllamaPropertyNames.Think) == true)
        {
            return;
        }

        var effort = options.Reasoning?.Effort;
        if (effort is ReasoningEffort.None || (effort is null && options.ResponseFormat is ChatResponseFormatJson))
        {
            // With a format too: on one of Ollama's two paths a thinking model that happens not to think is not held to it at all.
            writer.WriteBoolean("think"u8, false);
        }
        else if (effort is { } wanted && request.Thinks)
        {
            writer.WriteString("think"u8, wanted switch
            {
                ReasoningEffort.Low => "low"u8,
                ReasoningEffort.Medium => "medium"u8,
                ReasoningEffort.ExtraHigh => "max"u8,
                _ => "high"u8,
            });
        }
    }

    private static bool WriteMembers(Utf8JsonWriter writer, OllamaRequest request, ChatOptions options)
    {
        var truncates = false;
        foreach (var (name, value) in options.AdditionalProperties ?? [])
        {
            switch (name)
            {
                case OllamaPropertyNames.Truncate:
                    truncates = value is true or JsonElement { ValueKind: JsonValueKind.True };
                    break;
                case OpenAIOptionKeys.Logprobs or OpenAIOptionKeys.TopLogprobs or OllamaPropertyNames.Think when JsonValueWriter.CanWrite(value):
                    writer.WritePropertyName(name);
                    JsonValueWriter.Write(writer, value);
                    break;
                case "keep_alive":
                    throw request.Refuse("'keep_alive' cannot come with a request: it would hold up every model that waits for this one to be unloaded. Set KeepAlive of the provider.");
                case "num_ctx" or "num_batch" or "num_gpu" or "main_gpu" or "use_mmap" or "num_thread" or "draft_num_predict" or "shift":
                    throw request.Refuse($"'{name}' cannot come with a request: Ollama would load the model anew for it, and again for the next request without it. Set ContextLength or ContextLengths of the provider, or the parameters of the model.");
            }
        }

        return truncates;
    }

    private static void WriteOptions(Utf8JsonWriter writer, OllamaRequest request)
    {
        writer.WriteStartObject("options"u8);
        if (request.NumCtx is { } numCtx)
        {
            writer.WriteNumber("num_ctx"u8, numCtx);
        }

        if (request.Options is { } options)
        {
            WriteSampling(writer, request, options);
            WriteFurtherOptions(writer, options);
        }

        writer.WriteEndObject();
    }

    private static void WriteSampling(Utf8JsonWriter writer, OllamaRequest request, ChatOptions options)
    {
        WriteNumber(writer, "temperature"u8, options.Temperature);
        WriteNumber(writer, "top_p"u8, options.TopP);
        WriteNumber(writer, "frequency_penalty"u8, options.FrequencyPenalty);
        WriteNumber(writer, "presence_penalty"u8, options.PresencePenalty);
        if (options.TopK is { } topK)
        {
            writer.WriteNumber("top_k"u8, topK);
        }

        if (options.MaxOutputTokens is { } maxTokens)
        {
            writer.WriteNumber("num_predict"u8, maxTokens > 0 ? maxTokens : throw request.Refuse($"MaxOutputTokens is {maxTokens}, which Ollama takes for no limit at all. Leave it out, or set it above 0."));
        }

        if (options.Seed is { } seed)
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
    }

    private static void WriteFurtherOptions(Utf8JsonWriter writer, ChatOptions options)
    {
        foreach (var (name, value) in options.AdditionalProperties ?? [])
        {
            if (!name.StartsWith(OwnKeyPrefix, StringComparison.OrdinalIgnoreCase) && !IsTaken(name, options) && JsonValueWriter.CanWrite(value))
            {
                writer.WritePropertyName(name);
                JsonValueWriter.Write(writer, value);
            }
        }
    }

    private static bool IsTaken(string name, ChatOptions options) => name switch
    {
        OpenAIOptionKeys.Logprobs or OpenAIOptionKeys.TopLogprobs or OpenAIOptionKeys.Strict or OllamaPropertyNames.Think or OllamaPropertyNames.Truncate => true,
        "temperature" => options.Temperature is not null,
        "top_p" => options.TopP is not null,
        "top_k" => options.TopK is not null,
        "frequency_penalty" => options.FrequencyPenalty is not null,
        "presence_penalty" => options.PresencePenalty is not null,
        "num_predict" => options.MaxOutputTokens is not null,
        "seed" => options.Seed is not null,
        "stop" => options.StopSequences is { Count: > 0 },
        _ => false,
    };

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, float? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }
}
