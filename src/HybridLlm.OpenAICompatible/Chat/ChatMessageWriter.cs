using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>Writes the conversation of a chat request.</summary>
internal static class ChatMessageWriter
{
    internal static void Write(Utf8JsonWriter writer, ChatRequest request)
    {
        writer.WriteStartArray("messages"u8);
        if (request.Options?.Instructions is { Length: > 0 } instructions)
        {
            writer.WriteStartObject();
            writer.WriteString("role"u8, "system"u8);
            writer.WriteString("content"u8, instructions);
            writer.WriteEndObject();
        }

        foreach (var message in request.Messages)
        {
            WriteMessage(writer, request, message);
        }

        writer.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter writer, ChatRequest request, ChatMessage message)
    {
        var kinds = Inspect(request, message);
        if (kinds.HasFlag(Kinds.Result))
        {
            WriteResults(writer, message);
            if (kinds == Kinds.Result)
            {
                return;
            }
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, message.Role.Value);
        if (message.AuthorName is { Length: > 0 } author)
        {
            writer.WriteString("name"u8, author);
        }

        if (kinds.HasFlag(Kinds.Reasoning) && request.Dialect.ReasoningHistoryField is { } field && message.Role == ChatRole.Assistant)
        {
            writer.WriteString(field, MessageContents.Join<TextReasoningContent>(message, static c => c.Text));
        }

        WriteContent(writer, message, kinds);
        if (kinds.HasFlag(Kinds.Call))
        {
            WriteCalls(writer, message);
        }

        writer.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter writer, ChatMessage message, Kinds kinds)
    {
        if (!kinds.HasFlag(Kinds.Media))
        {
            // One string even for several texts: templates of small servers do not understand a list of parts.
            if (kinds.HasFlag(Kinds.Text) || !kinds.HasFlag(Kinds.Call))
            {
                writer.WriteString("content"u8, MessageContents.Join<TextContent>(message, static c => c.Text));
            }
            else
            {
                writer.WriteNull("content"u8);
            }

            return;
        }

        writer.WriteStartArray("content"u8);
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case TextContent { Text.Length: > 0 } text:
                    writer.WriteStartObject();
                    writer.WriteString("type"u8, "text"u8);
                    writer.WriteString("text"u8, text.Text);
                    writer.WriteEndObject();
                    break;
                case DataContent data:
                    WriteData(writer, data);
                    break;
                case UriContent uri:
                    WriteImage(writer, uri.Uri.OriginalString, uri);
                    break;
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteData(Utf8JsonWriter writer, DataContent data)
    {
        if (data.HasTopLevelMediaType("image"))
        {
            WriteImage(writer, data.Uri, data);
            return;
        }

        writer.WriteStartObject();
        if (data.HasTopLevelMediaType("audio"))
        {
            writer.WriteString("type"u8, "input_audio"u8);
            writer.WriteStartObject("input_audio"u8);
            writer.WriteBase64String("data"u8, data.Data.Span);
            writer.WriteString("format"u8, data.MediaType is "audio/mpeg" or "audio/mp3" ? "mp3" : data.MediaType["audio/".Length..].Replace("x-", "", StringComparison.Ordinal));
        }
        else
        {
            writer.WriteString("type"u8, "file"u8);
            writer.WriteStartObject("file"u8);
            writer.WriteString("filename"u8, data.Name ?? "file");
            writer.WriteString("file_data"u8, data.Uri);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteImage(Utf8JsonWriter writer, string address, AIContent content)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "image_url"u8);
        writer.WriteStartObject("image_url"u8);
        writer.WriteString("url"u8, address);
        if (content.AdditionalProperties?.TryGetValue("detail", out var detail) == true && detail is string text)
        {
            writer.WriteString("detail"u8, text);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteCalls(Utf8JsonWriter writer, ChatMessage message)
    {
        writer.WriteStartArray("tool_calls"u8);
        foreach (var content in message.Contents)
        {
            if (content is FunctionCallContent call)
            {
                writer.WriteStartObject();
                writer.WriteString("id"u8, call.CallId);
                writer.WriteString("type"u8, "function"u8);
                writer.WriteStartObject("function"u8);
                writer.WriteString("name"u8, call.Name);
                writer.WriteString("arguments"u8, Arguments(call));
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteResults(Utf8JsonWriter writer, ChatMessage message)
    {
        foreach (var content in message.Contents)
        {
            if (content is FunctionResultContent result)
            {
                writer.WriteStartObject();
                writer.WriteString("role"u8, "tool"u8);
                writer.WriteString("tool_call_id"u8, result.CallId);
                writer.WriteString("content"u8, result is { Result: null, Exception: not null } ? "Error: the tool failed." : JsonValueWriter.ToText(result.Result));
                writer.WriteEndObject();
            }
        }
    }

    // Servers parse the arguments of earlier calls and refuse what is not JSON, so a call that arrived broken is sent without them.
    private static string Arguments(FunctionCallContent call) =>
        call.Arguments is { Count: > 0 } arguments && JsonValueWriter.CanWrite(arguments) ? JsonValueWriter.Serialize(arguments) : "{}";

    private static Kinds Inspect(ChatRequest request, ChatMessage message)
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
                DataContent => Kinds.Media,
                UriContent uri when uri.HasTopLevelMediaType("image") => Kinds.Media,
                TextReasoningContent => Kinds.Reasoning,
                UsageContent or ErrorContent => Kinds.None,
                _ => throw new ProviderException(ProviderErrorKind.InvalidRequest, $"A message with {content.GetType().Name} cannot be sent to provider '{request.Provider}'.")
                {
                    Provider = request.Provider,
                    ModelId = request.ModelId,
                },
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
        Media = 8,
        Reasoning = 16,
    }
}
