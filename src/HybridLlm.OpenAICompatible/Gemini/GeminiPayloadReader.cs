using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Gemini;

/// <summary>Reads a <c>GenerateContentResponse</c>: a whole answer, or an event of a stream, which has the same form.</summary>
/// <remarks>Nothing is required and nothing of a wrong type hurts: it counts as missing.</remarks>
internal static class GeminiPayloadReader
{
    /// <summary>Reads an object.</summary>
    /// <param name="json">The object's bytes.</param>
    /// <param name="chunk">Takes what the object says, in the words of the common protocol.</param>
    /// <exception cref="JsonException">The bytes are not a JSON object.</exception>
    internal static void Read(ReadOnlySpan<byte> json, ChatChunk chunk)
    {
        chunk.Clear();
        var root = JsonText.ParseElement(json);
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
        {
            root = root[0]; // So come errors at times.
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("A JSON object was expected.");
        }

        chunk.Id = Text(root, "responseId") ?? chunk.Id;
        chunk.Model = Text(root, "modelVersion") ?? chunk.Model;
        chunk.Usage = ReadUsage(Member(root, "usageMetadata"));
        chunk.HasError = Member(root, "error").ValueKind is JsonValueKind.Object or JsonValueKind.String;
        if (Member(root, "candidates") is { ValueKind: JsonValueKind.Array } candidates)
        {
            chunk.HasChoices = true;
            foreach (var candidate in candidates.EnumerateArray())
            {
                if (Number(candidate, "index") is null or 0 && !chunk.HasChoice)
                {
                    chunk.HasChoice = true;
                    ReadCandidate(candidate, chunk);
                }
            }
        }

        // A prompt that was blocked has no candidates, under status 200.
        if (!chunk.HasChoice && Text(Member(root, "promptFeedback"), "blockReason") is not null)
        {
            chunk.HasChoices = chunk.HasChoice = true;
            chunk.FinishReason = "content_filter";
        }
    }

    private static void ReadCandidate(JsonElement candidate, ChatChunk chunk)
    {
        if (Member(Member(candidate, "content"), "parts") is { ValueKind: JsonValueKind.Array } parts)
        {
            foreach (var part in parts.EnumerateArray())
            {
                if (Text(part, "text") is not { Length: > 0 } text)
                {
                    continue;
                }

                if (Member(part, "thought").ValueKind == JsonValueKind.True)
                {
                    chunk.Reasoning += text;
                }
                else
                {
                    chunk.Text += text;
                }
            }
        }

        chunk.FinishReason = Text(candidate, "finishReason") switch
        {
            null or "FINISH_REASON_UNSPECIFIED" => null,
            "STOP" => "stop",
            "MAX_TOKENS" => "length",
            "OTHER" or "MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "TOO_MANY_TOOL_CALLS" or "MALFORMED_RESPONSE" => "error",
            _ => "content_filter", // SAFETY, RECITATION, LANGUAGE, BLOCKLIST, PROHIBITED_CONTENT, SPII and those of images.
        };
    }

    private static UsageDetails? ReadUsage(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var (answer, thoughts) = (Number(usage, "candidatesTokenCount"), Number(usage, "thoughtsTokenCount"));
        return new()
        {
            InputTokenCount = Number(usage, "promptTokenCount"),
            OutputTokenCount = answer is null && thoughts is null ? null : (answer ?? 0) + (thoughts ?? 0),
            TotalTokenCount = Number(usage, "totalTokenCount"),
            CachedInputTokenCount = Number(usage, "cachedContentTokenCount"),
            ReasoningTokenCount = thoughts,
        };
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    private static long? Number(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var number) ? number : null;
}
