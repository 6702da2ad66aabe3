using HybridLlm.Confidence;
using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>Decides which requests are escalated when their answers are not believed in.</summary>
internal sealed class Escalator(ConfidenceJudge judge, ConfidenceCalibration calibration, TimeProvider time)
{
    public ConfidenceJudge Judge => judge;

    public TimeProvider Time => time;

    /// <summary>Begins to watch over a request.</summary>
    /// <returns><see langword="null"/> when its answer is returned whatever it is worth: escalation is off, no stronger model may answer, or a tool loop is under way.</returns>
    public Escalation? Begin(LlmRequest request, RoutePlan plan, EscalationSettings settings, bool streamed)
    {
        var threshold = request.EscalationThreshold ?? settings.ThresholdFor(plan.Profile.TaskType);
        if (threshold is null or <= 0 || (streamed && settings.Options.HoldBackTokens == 0) || !HasStronger(plan) || IsInToolLoop(request))
        {
            return null;
        }

        return new(this, request, plan, threshold.Value, settings.Options);
    }

    /// <summary>Learns from the answer of a stronger model what a weaker one's was worth.</summary>
    public void Learn(string model, string taskType, AnswerConfidence confidence, double label, double weight, string responseId) =>
        calibration.Learn(model, taskType, new(Logit.Of(confidence.Raw), label, weight, responseId));

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
