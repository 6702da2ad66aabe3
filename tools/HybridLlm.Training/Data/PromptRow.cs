using System.Text.Json.Serialization;

namespace HybridLlm.Training.Data;

/// <summary>A prompt with the labels that its readers gave it.</summary>
internal sealed record PromptRow
{
    [JsonPropertyName("prompt")]
    public required string Prompt { get; init; }

    [JsonPropertyName("task_type")]
    public required string TaskType { get; init; }

    /// <summary>A second defensible type.</summary>
    [JsonPropertyName("also")]
    public string? Also { get; init; }

    [JsonPropertyName("complexity")]
    public required string Complexity { get; init; }

    /// <summary>Who wrote it; <see langword="null"/> for public prompts.</summary>
    [JsonPropertyName("author")]
    public string? Author { get; init; }

    /// <summary>Whether its reader was sure of the type.</summary>
    [JsonPropertyName("sure")]
    public bool Sure { get; init; } = true;
}
