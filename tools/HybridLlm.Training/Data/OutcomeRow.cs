using System.Text.Json.Serialization;

namespace HybridLlm.Training.Data;

/// <summary>A prompt and how models fared on it.</summary>
internal sealed record OutcomeRow
{
    [JsonPropertyName("prompt")]
    public required string Prompt { get; init; }

    /// <summary>How good each model's answer was, from 0 to 1.</summary>
    [JsonPropertyName("scores")]
    public required Dictionary<string, double> Scores { get; init; }

    /// <summary>Gets the share of the models that failed.</summary>
    [JsonIgnore]
    public double Failure => 1 - Scores.Values.Average();
}
