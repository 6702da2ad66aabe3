using HybridLlm.Confidence;
using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>Decides which requests are escalated when their answers are not believed in.</summary>
internal sealed class Escalator(ConfidenceJudge judge, EscalationExperience experience, TimeProvider time)
{
    private readonly RepeatedPrompts _repeated = new(time);

    public ConfidenceJudge Judge => judge;

    public EscalationExperience Experience => experience;

    public TimeProvider Time => time;

    /// <summary>Gets what puts the routes of a plan in order when a stronger model can take over.</summary>
    public CascadeOrder Order { get; } = new(experience);

    /// <summary>Begins to watch over a request.</summary>
    /// <returns><see langword="null"/> when its answer is returned whatever it is worth: escalation is off, no stronger model may answer, or a tool loop is under way.</returns>
    public Escalation? Begin(LlmRequest request, RoutingTrace trace, EscalationSettings settings, bool streamed)
    {
        var task = trace.Plan.Profile.TaskType;
        var configured = request.EscalationThreshold ?? settings.ThresholdFor(task);
        if (configured is null or <= 0 || (streamed && settings.Options.HoldBackTokens == 0) || !HasStronger(trace.Plan) || IsInToolLoop(request))
        {
            return null;
        }

        // A threshold that the request sets is meant as it stands.
        var tuning = settings.Options.AutoTune && request.EscalationThreshold is null ? experience.TuningOf(task) : null;
        trace.Escalation = tuning?.Explain();
        if (settings.Options.AutoTune && _repeated.See(request))
        {
            experience.Repeated(task);
        }

        return new(
            this, request, trace.Plan, tuning?.Apply(configured.Value) ?? configured.Value, settings.Options.MaxEscalations + (tuning?.ExtraEscalations ?? 0), settings.Options);
    }

    private static bool HasStronger(RoutePlan plan)
    {
        var routes = plan.Routes;
        for (var i = 0; i < routes.Count; i++)
        {
            for (var j = 0; j < routes.Count; j++)
            {
                if (RouteStrength.IsStronger(routes[i].Model, routes[j].Model, plan.Profile.TaskType))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>A model that has called tools goes on with what they returned: another one would begin in the middle of somebody else's work.</summary>
    private static bool IsInToolLoop(LlmRequest request) => request.Messages is [.., { } last] && last.Role == ChatRole.Tool;
}
