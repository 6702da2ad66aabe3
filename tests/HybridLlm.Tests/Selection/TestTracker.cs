namespace HybridLlm.Tests.Selection;

/// <summary>Counts outcomes without decay: the plainest tracker that can be right.</summary>
internal sealed class TestTracker : IPerformanceTracker
{
    private readonly Dictionary<(string Model, string Task, ComplexityLevel? Complexity), ModelPerformance> _cells = [];

    public void Record(CallOutcome outcome)
    {
        Record(outcome, null);
        Record(outcome, outcome.Complexity);
    }

    public ModelPerformance GetPerformance(string model, string taskType) => Get(model, taskType, null);

    public ModelPerformance GetPerformance(string model, string taskType, ComplexityLevel complexity) => Get(model, taskType, complexity);

    public IReadOnlyList<ModelPerformance> GetAll() => [.. _cells.Where(cell => cell.Key.Complexity is null).Select(cell => cell.Value)];

    private ModelPerformance Get(string model, string taskType, ComplexityLevel? complexity) =>
        _cells.GetValueOrDefault((model, taskType, complexity), new() { Model = model, TaskType = taskType });

    private void Record(CallOutcome outcome, ComplexityLevel? complexity)
    {
        var before = Get(outcome.Model, outcome.TaskType, complexity);
        var succeeded = outcome.Status == OutcomeStatus.Succeeded;
        var successes = before.Successes + (succeeded ? 1 : 0);
        _cells[(outcome.Model, outcome.TaskType, complexity)] = before with
        {
            Total = before.Total + 1,
            Successes = successes,
            Evidence = before.Total + 1,
            SuccessRate = (double)successes / (before.Total + 1),
            LatencyMs = succeeded ? before.LatencyMs + ((outcome.DurationMs - before.LatencyMs) / successes) : before.LatencyMs,
            TokensPerSecond = succeeded && outcome.TokensPerSecond is { } tokens
                ? before.TokensPerSecond + ((tokens - before.TokensPerSecond) / successes)
                : before.TokensPerSecond,
            Rating = outcome.Rating ?? before.Rating,
        };
    }
}
