using System.Text.Json;

namespace HybridLlm.Tool.Classification;

/// <summary>A prompt to classify, with what is known of it.</summary>
internal sealed record PromptRow
{
    /// <summary>Whatever the user tells rows apart by; it is handed back as it came.</summary>
    public JsonElement? Id { get; init; }

    public required string Prompt { get; init; }

    public string? TaskType { get; init; }

    /// <summary>A second defensible type.</summary>
    public string? Also { get; init; }

    public string? Complexity { get; init; }
}
