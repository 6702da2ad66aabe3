using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.Diagnostics;

/// <summary>Writes prompts and answers into spans, in the shape of the conventions, for applications that ask for it.</summary>
internal static class MessageContent
{
    /// <summary>A text longer than this is cut.</summary>
    private const int MaxText = 100_000;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteInput(Activity activity, IEnumerable<ChatMessage> messages, string? instructions)
    {
        activity.SetTag(Names.InputMessages, Write(messages, static (writer, messages) => WriteMessages(writer, messages, null)));
        if (instructions is not null)
        {
            activity.SetTag(Names.SystemInstructions, Write(instructions, static (writer, text) =>
            {
                writer.WriteStartArray();
                WriteText(writer, "text", text);
                writer.WriteEndArray();
            }));
        }
    }

    public static void WriteOutput(Activity activity, IEnumerable<ChatMessage> messages, ChatFinishReason? finish) =>
        activity.SetTag(Names.OutputMessages, Write((messages, finish), static (writer, answer) => WriteMessages(writer, answer.messages, answer.finish?.Value ?? "")));

    private static string Write<T>(T content, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            write(writer, content);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteMessages(Utf8JsonWriter writer, IEnumerable<ChatMessage> messages, string? finish)
    {
        writer.WriteStartArray();
        foreach (var message in messages)
        {
            writer.WriteStartObject();
            writer.WriteString("role", message.Role.Value);
            writer.WriteStartArray("parts");
            foreach (var content in message.Contents)
            {
                WritePart(writer, content);
            }

            writer.WriteEndArray();
            if (finish is not null)
            {
                writer.WriteString("finish_reason", finish);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter writer, AIContent content)
    {
        switch (content)
        {
            case TextContent text:
                WriteText(writer, "text", text.Text);
                break;
            case TextReasoningContent thoughts:
                WriteText(writer, "reasoning", thoughts.Text);
                break;
            case FunctionCallContent call:
                writer.WriteStartObject();
                writer.WriteString("type", "tool_call");
                writer.WriteString("id", call.CallId);
                writer.WriteString("name", call.Name);
                writer.WritePropertyName("arguments");
                WriteValue(writer, call.Arguments);
                writer.WriteEndObject();
                break;
            case FunctionResultContent result:
                writer.WriteStartObject();
                writer.WriteString("type", "tool_call_response");
                writer.WriteString("id", result.CallId);
                writer.WritePropertyName("response");
                WriteValue(writer, result.Result);
                writer.WriteEndObject();
                break;
            case UriContent uri:
                writer.WriteStartObject();
                writer.WriteString("type", "uri");
                writer.WriteString("mime_type", uri.MediaType);
                writer.WriteString("modality", ModalityOf(uri.MediaType));
                writer.WriteString("uri", uri.Uri.OriginalString);
                writer.WriteEndObject();
                break;
            case DataContent data:
                // The bytes of an image are of no use in a trace; what kind they are of is.
                writer.WriteStartObject();
                writer.WriteString("type", "blob");
                writer.WriteString("mime_type", data.MediaType);
                writer.WriteString("modality", ModalityOf(data.MediaType));
                writer.WriteString("content", "");
                writer.WriteEndObject();
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string type, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type", type);
        writer.WriteString("content", text.Length <= MaxText ? text : text[..MaxText]);
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        try
        {
            // The types that callers' tools take and give are known to the options of Microsoft.Extensions.AI, or to nobody.
            writer.WriteRawValue(JsonSerializer.Serialize(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object))));
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException)
        {
            writer.WriteStringValue(value?.ToString());
        }
    }

    private static string ModalityOf(string mediaType) => mediaType.Split('/')[0] is "image" or "audio" or "video" ? mediaType.Split('/')[0] : "document";
}
