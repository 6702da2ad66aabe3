using System.Text.Json;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.Ollama;

/// <summary>Answers without text: to a request that asked nothing, and those of a fault.</summary>
internal static class OllamaBlank
{
    /// <summary>Answers a request that was there to load a model, or to let it go.</summary>
    public static Answer Done(OllamaRequest request, string reason, DateTimeOffset now) =>
        GoJson.Answer(root => Write(root, request.Model, now, request.Generates, reason));

    /// <summary>Makes a line without text, or an answer that has none.</summary>
    public static byte[] Chunk(string model, DateTimeOffset now, bool streamed) => streamed
        ? GoJson.Line(root => Write(root, model, now, generates: false, null))
        : GoJson.Object(root => Write(root, model, now, generates: false, "stop"));

    private static void Write(Utf8JsonWriter root, string model, DateTimeOffset now, bool generates, string? reason)
    {
        root.WriteString("model", model);
        root.Time("created_at", now);
        if (generates)
        {
            root.WriteString("response", string.Empty);
        }
        else
        {
            root.Object("message", static message =>
            {
                message.WriteString("role", "assistant");
                message.WriteString("content", string.Empty);
            });
        }

        root.WriteBoolean("done", reason is not null);
        if (reason is not null)
        {
            root.WriteString("done_reason", reason);
        }
    }
}
