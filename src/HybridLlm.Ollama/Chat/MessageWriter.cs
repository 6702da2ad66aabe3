using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Chat;

/// <summary>Writes the conversation of a request. Content is always one string: Ollama knows no lists of parts.</summary>
internal static class MessageWriter
{
    internal static void Write(Utf8JsonWriter writer, OllamaRequest request)
    {
        writer.WriteStartArray("messages"u8);
        var isEmpty = true;
        if (request.Options?.Instructions is { Length: > 0 } instructions)
        {
            WriteText(writer, request, "system", instructions);
            isEmpty = false;
        }

        Dictionary<string, string>? toolNames = null;
        foreach (var message in request.Messages)
        {
            WriteMessage(writer, request, message, ref toolNames);
            isEmpty = false;
        }

        writer.WriteEndArray();
        if (isEmpty)
        {
            throw request.Refuse("There is no message. Without one Ollama would only load the model.");
        }
    }

    private static void WriteMessage(Utf8JsonWriter writer, OllamaRequest request, ChatMessage message, ref Dictionary<string, string>? toolNames)
    {
        var kinds = Inspect(request, message);
        if (kinds.HasFlag(Kinds.Result))
        {
            WriteResults(writer, request, message, toolNames);
            if (kinds == Kinds.Result)
            {
                return;
            }
        }

        writer.WriteStartObject();

        // "developer" is OpenAI's newer word; templates know only the older one.
        writer.WriteString("role"u8, message.Role.Value == "developer" ? "system" : message.Role.Value);
        WriteContent(writer, request, "content"u8, MessageContents.Join<TextContent>(message, static content => content.Text));
        if (kinds.HasFlag(Kinds.Image))
        {
            WriteImages(writer, message);
        }

        if (kinds.HasFlag(Kinds.Call))
        {
            // Between its calls a model goes on with a thought; in finished answers earlier thoughts are only ballast.
            if (kinds.HasFlag(Kinds.Reasoning))
            {
                WriteContent(writer, request, "thinking"u8, MessageContents.Join<TextReasoningContent>(message, static content => content.Text));
            }

            WriteCalls(writer, message, toolNames ??= new(StringComparer.Ordinal));
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, OllamaRequest request, string role, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        WriteContent(writer, request, "content"u8, text);
        writer.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter writer, OllamaRequest request, ReadOnlySpan<byte> name, string text)
    {
        writer.WriteString(name, text);
        request.TextLength += text.Length;
    }

    private static void WriteImages(Utf8JsonWriter writer, ChatMessage message)
    {
        writer.WriteStartArray("images"u8);
        foreach (var content in message.Contents)
        {
            if (content is DataContent image)
            {
                writer.WriteBase64StringValue(image.Data.Span);
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteCalls(Utf8JsonWriter writer, ChatMessage message, Dictionary<string, string> toolNames)
    {
        writer.WriteStartArray("tool_calls"u8);
        var index = 0;
        foreach (var content in message.Contents)
        {
            if (content is not FunctionCallContent call)
            {
                continue;
            }

            toolNames[call.CallId] = call.Name;
            writer.WriteStartObject();
            writer.WriteString("id"u8, call.CallId);
            writer.WriteStartObject("function"u8);
            writer.WriteNumber("index"u8, index++);
            writer.WriteString("name"u8, call.Name);
            WriteArguments(writer, call);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // An object, other than OpenAI's string. A call that arrived broken is sent without its arguments.
    private static void WriteArguments(Utf8JsonWriter writer, FunctionCallContent call)
    {
        writer.WritePropertyName("arguments"u8);
        if (call.Arguments is { Count: > 0 } arguments && JsonValueWriter.CanWrite(arguments))
        {
            JsonValueWriter.Write(writer, arguments);
        }
        else
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }
    }

    private static void WriteResults(Utf8JsonWriter writer, OllamaRequest request, ChatMessage message, Dictionary<string, string>? toolNames)
    {
        foreach (var content in message.Contents)
        {
            if (content is FunctionResultContent result)
            {
                writer.WriteStartObject();
                writer.WriteString("role"u8, "tool"u8);
                if (toolNames is not null && toolNames.TryGetValue(result.CallId, out var name))
                {
                    writer.WriteString("tool_name"u8, name);
                }

                writer.WriteString("tool_call_id"u8, result.CallId);
                WriteContent(writer, request, "content"u8, result is { Result: null, Exception: not null } ? "Error: the tool failed." : JsonValueWriter.ToText(result.Result));
                writer.WriteEndObject();
            }
        }
    }

    private static Kinds Inspect(OllamaRequest request, ChatMessage message)
    {
        var kinds = Kinds.None;
        foreach (var content in message.Contents)
        {
            kinds |= content switch
            {
                TextContent { Text: null or "" } => Kinds.None,
                TextContent => Kinds.Text,
                FunctionCallContent => Kinds.Call,
                FunctionResultContent => Kinds.Result,
                DataContent data when data.HasTopLevelMediaType("image") => Kinds.Image,
                TextReasoningContent => Kinds.Reasoning,
                UsageContent or ErrorContent => Kinds.None,
                UriContent => throw request.Refuse("An image must come with its bytes: Ollama fetches none from an address."),
                _ => throw request.Refuse($"A message with {content.GetType().Name} cannot be sent to Ollama."),
            };
        }

        return kinds;
    }

    [Flags]
    private enum Kinds
    {
        None = 0,
        Text = 1,
        Call = 2,
        Result = 4,
        Image = 8,
        Reasoning = 16,
    }
}
