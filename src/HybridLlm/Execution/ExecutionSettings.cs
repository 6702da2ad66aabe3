namespace HybridLlm.Execution;

/// <summary>The part of the options that execution goes by. A request keeps those with which it began.</summary>
/// <param name="Resilience">How failures are met.</param>
/// <param name="Total">The budget of a whole request.</param>
/// <param name="MaxRoutes">How many routes a request may try.</param>
/// <param name="Defaults">Sampling parameters of which nobody else says anything.</param>
/// <param name="Escalation">When answers are escalated.</param>
internal sealed record ExecutionSettings(
    ResilienceOptions Resilience, TimeSpan Total, int MaxRoutes, GenerationParameters Defaults, EscalationSettings Escalation);
