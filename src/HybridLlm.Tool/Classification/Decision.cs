using System.Text.Json;

namespace HybridLlm.Tool.Classification;

/// <summary>What was said of a prompt.</summary>
internal sealed record Decision
{
    public JsonElement? Id { get; init; }

    /// <summary>The type; the best guess where it was abstained from.</summary>
    public required string TaskType { get; init; }

    public required double TaskConfidence { get; init; }

    /// <summary>0 to 10.</summary>
    public required double Complexity { get; init; }

    public required string Level { get; init; }

    public required double LevelConfidence { get; init; }

    public required bool Abstained { get; init; }

    /// <summary>Takes a decision from a profile.</summary>
    public static Decision From(PromptRow row, TaskProfile profile) => new()
    {
        Id = row.Id,
        TaskType = profile is { Abstained: true, Candidates: [var guess, ..] } ? guess.TaskType : profile.TaskType,
        TaskConfidence = Math.Round(profile.TaskConfidence, 4),
        Complexity = Math.Round(profile.ComplexityScore, 3),
        Level = Levels.NameOf(profile.Complexity),
        LevelConfidence = Math.Round(profile.ComplexityConfidence, 4),
        Abstained = profile.Abstained,
    };
}
