using System.Text.Json;
using System.Text.Json.Serialization;

namespace HybridLlm.Tool.Live;

/// <summary>A task with the means to tell whether an answer to it is right.</summary>
internal sealed record TaskRow
{
    [JsonPropertyName("id")]
    public JsonElement? Id { get; init; }

    [JsonPropertyName("task_type")]
    public string? TaskType { get; init; }

    [JsonPropertyName("complexity")]
    public string? Complexity { get; init; }

    [JsonPropertyName("prompt")]
    public required string Prompt { get; init; }

    [JsonPropertyName("check")]
    public required TaskCheck Check { get; init; }

    [JsonPropertyName("schema")]
    public JsonElement? Schema { get; init; }
}
