using System.Text.Json;

namespace HybridLlm.Tool.Live;

/// <summary>What was decided for one task, as a line of the decisions file.</summary>
internal sealed record LiveDecision(
    JsonElement? Id, string Model, string PredictedTask, bool Escalated, double? Confidence, bool Right, double Ms, bool FastRight, bool StrongRight, string Answer)
{
    public static LiveDecision Of(TaskRow row, LiveAnswer ours, LiveAnswer fast, LiveAnswer strong) =>
        new(row.Id, ours.Model, ours.PredictedTask, ours.IsEscalated, ours.Confidence, ours.IsRight, Math.Round(1000 * ours.Seconds, 1), fast.IsRight, strong.IsRight, ours.Text);
}
