using System.Globalization;
using HybridLlm;

namespace QuickStart.Rendering;

/// <summary>Says in few words what a plan and a trace say in full (<see cref="RoutePlan.Explain"/>).</summary>
internal static class PlanWords
{
    /// <summary>Says why the model answered that did.</summary>
    public static string Why(RoutingTrace trace) =>
        trace.Attempts is [{ Status: OutcomeStatus.Failed } failed, ..] ? $"fallback: {failed.Model} failed ({failed.Error})" : WhyFirst(trace.Plan);

    /// <summary>Says why the first route is the first.</summary>
    public static string WhyFirst(RoutePlan plan)
    {
        if (plan.Routes is not [var first, var second, ..])
        {
            return plan.Rejected is [{ Reason: not RejectionReason.NotRequested } only, ..] ? $"{only.Model.Name} is out: {only.Reason}" : plan.Strategy;
        }

        if (first.Score.Evidence < 0.5 && second.Score.Evidence < 0.5)
        {
            return "nothing measured yet: first in the task's list";
        }

        var decisive = Parts(first.Score).Zip(Parts(second.Score)).MaxBy(pair => pair.First.Value - pair.Second.Value).First.Name;
        return string.Create(CultureInfo.InvariantCulture, $"{first.Score.Total:0.00} ahead of {second.Model.Name} {second.Score.Total:0.00}, by {decisive}");
    }

    /// <summary>Says what became of each model of the plan.</summary>
    public static IEnumerable<string> Course(RoutingTrace trace) =>
        trace.Plan.Rejected
            .Where(rejected => rejected.Reason != RejectionReason.NotRequested)
            .Select(rejected => $"not asked: {FirstLine(rejected.ToString())}")
            .Concat(trace.Attempts.Select(attempt => $"attempt {FirstLine(attempt.ToString())}"));

    private static RouteScorePart[] Parts(RouteScore score) =>
    [
        new("quality", score.Quality), new("success", score.Success), new("speed", score.Speed), new("tokens/s", score.Throughput),
        new("list order", score.Preference), new("rule", score.Rule), new("record", score.AccuracyBoost), new("size", score.SmallModel),
    ];

    private static string FirstLine(string text) => text.Split('\n')[0];
}
