using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Dialects;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Gemini;

/// <summary>Gemini's own interface for one model: <c>generateContent</c>, and <c>streamGenerateContent</c> as server-sent events.</summary>
/// <remarks>Its forms are those of https://ai.google.dev/api/generate-content. A stream has no end marker; it is whole when a candidate has its finish reason.</remarks>
internal sealed class GeminiNativeDialect(string modelId) : GeminiDialect
{
    /// <summary>Gets the address of the native interface beside the compatible one.</summary>
    /// <param name="compatible">The compatible one's address.</param>
    /// <returns>The address; <see langword="null"/> where the host is not laid out as Google's.</returns>
    internal static Uri? AddressBeside(Uri? compatible)
    {
        const string Ending = "/openai/";
        return compatible?.AbsolutePath.EndsWith(Ending, StringComparison.Ordinal) == true
            ? new UriBuilder(compatible) { Path = compatible.AbsolutePath[..^(Ending.Length - 1)] }.Uri
            : null;
    }

    /// <summary>Tells whether a model knows <c>responseJsonSchema</c>, which came with Gemini 2.5.</summary>
    /// <param name="modelId">The model.</param>
    internal static bool Knows(string modelId)
    {
        var name = modelId.AsSpan(modelId.LastIndexOf('/') + 1);
        return !name.StartsWith("gemini-1", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("gemini-2.0", StringComparison.OrdinalIgnoreCase);
    }

    protected internal override string GetChatPath(ChatOptions? options, bool stream)
    {
        var model = options?.ModelId ?? modelId;
        var name = Uri.EscapeDataString(model[(model.LastIndexOf('/') + 1)..]);
        return $"models/{name}:{(stream ? "streamGenerateContent?alt=sse" : "generateContent")}";
    }

    internal override void WriteRequest(Utf8JsonWriter writer, ChatRequest request) => GeminiRequestWriter.Write(writer, request);

    internal override void ReadPayload(ReadOnlySpan<byte> json, ChatChunk chunk) => GeminiPayloadReader.Read(json, chunk);
}
