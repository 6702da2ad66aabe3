using System.Text.Json;

namespace HybridLlm.LlamaCpp.Wire;

/// <summary>Reads <c>/props</c> and <c>/slots</c>. Nothing is required: older servers say less.</summary>
internal static class ServerInfoReader
{
    private const LlmFeatures Always = LlmFeatures.Streaming | LlmFeatures.JsonSchema | LlmFeatures.Logprobs;

    // What chat templates of models that think have in them.
    private static readonly string[] ThinkingMarks = ["<think>", "enable_thinking", "reasoning_content"];

    /// <summary>Reads <c>/props</c>.</summary>
    /// <param name="props">The answer.</param>
    /// <returns>What it says.</returns>
    public static LlamaCppServerInfo ReadProps(JsonElement props)
    {
        var build = Text(props, "build_info");
        if (Text(props, "role") == "router")
        {
            return new() { IsRouter = true, Build = build };
        }

        var settings = Member(props, "default_generation_settings");
        return new()
        {
            TotalSlots = Positive(props, "total_slots") ?? 0,
            ContextLength = settings is { } s ? Positive(s, "n_ctx") : null,
            Features = ReadFeatures(props),
            IsSleeping = IsTrue(props, "is_sleeping"),
            ModelPath = Text(props, "model_path"),
            Build = build,
        };
    }

    /// <summary>Reads <c>/slots</c>.</summary>
    /// <param name="slots">The answer.</param>
    /// <returns>The slots.</returns>
    public static IReadOnlyList<LlamaCppSlot> ReadSlots(JsonElement slots)
    {
        var read = new List<LlamaCppSlot>();
        if (slots.ValueKind == JsonValueKind.Array)
        {
            foreach (var slot in slots.EnumerateArray())
            {
                if (slot.ValueKind == JsonValueKind.Object)
                {
                    read.Add(new(Positive(slot, "id") ?? 0, Positive(slot, "n_ctx") ?? 0, IsTrue(slot, "is_processing")));
                }
            }
        }

        return read;
    }

    private static LlmFeatures ReadFeatures(JsonElement props)
    {
        var features = Always;

        // A server too old to tell has tools for every template.
        if (Member(props, "chat_template_caps") is not { } template || IsTrue(template, "supports_tools") || IsTrue(template, "supports_tool_calls"))
        {
            features |= LlmFeatures.Tools;
        }

        if (Member(props, "modalities") is { } modalities && IsTrue(modalities, "vision"))
        {
            features |= LlmFeatures.Vision;
        }

        if (Text(props, "chat_template") is { } text && ThinkingMarks.Any(mark => text.Contains(mark, StringComparison.Ordinal)))
        {
            features |= LlmFeatures.Reasoning;
        }

        return features;
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    private static bool IsTrue(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    private static int? Positive(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member)
            && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var number) && number > 0
            ? number
            : null;
}
