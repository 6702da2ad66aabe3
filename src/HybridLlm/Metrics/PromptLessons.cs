using HybridLlm.Learning;

namespace HybridLlm.Metrics;

/// <summary>What outcomes teach about prompts like their own.</summary>
internal static class PromptLessons
{
    /// <summary>A task must be known from so many calls before it is asked what words add to it: until then it would look late, and words clever.</summary>
    private const double Settled = 8;

    private const double Unknown = 0.5;

    /// <summary>Gets what an outcome teaches; <see langword="null"/> when nothing. To be asked before the task learns from the outcome.</summary>
    /// <param name="source">What is known of the tasks.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="complexity">How hard the request was; <see langword="null"/> when nobody said.</param>
    /// <param name="requestId">By what a rating finds the call again; <see langword="null"/> when none will come.</param>
    /// <param name="routing">The policy.</param>
    public static PromptLesson? Of(IMeasurementSource source, CallOutcome outcome, ComplexityLevel? complexity, string? requestId, RoutingOptions routing)
    {
        if (TaskCell.ScoreOf(outcome) is not { } score || !SaysOfThePrompt(outcome.Error)
            || source.FindTask(outcome.TaskType)?.GetValueOrDefault(outcome.Model) is not { } cell || cell.Belief.All.Calls < Settled)
        {
            return null;
        }

        var masses = new PriorMasses(routing.PriorStrength, routing.Learning.PriorMass);
        return new(requestId, outcome.Model, outcome.ModelVersion, cell.Belief.Expect(Unknown, masses, complexity, outcome.ModelVersion).Mean, score);
    }

    // A server that is away, full or refuses fails at every prompt.
    private static bool SaysOfThePrompt(ProviderErrorKind? error) => error
        is null or ProviderErrorKind.InvalidResponse or ProviderErrorKind.ServerError or ProviderErrorKind.Timeout or ProviderErrorKind.ContextExceeded;
}
