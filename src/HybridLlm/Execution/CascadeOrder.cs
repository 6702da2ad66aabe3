using System.Globalization;
using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>
/// Where a stronger model can take over, lets the model begin with which an answer is expected soonest: a fast one, unless its answers are so seldom kept that asking it
/// first only costs time.
/// </summary>
/// <remarks>
/// What somebody has decided stays: a request that names its model or asks for quality or speed, a task with models or a default of its own, a preference of a rule,
/// and every other place in the plan that has a note.
/// </remarks>
internal sealed class CascadeOrder(EscalationExperience experience)
{
    /// <summary>What another order must save to be worth it.</summary>
    private const double WorthIt = 0.9;

    private const double LeastSpeed = 0.01;

    /// <summary>Changes the first route of a plan, if that pays.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="context">What it was made of.</param>
    /// <param name="settings">When answers are escalated.</param>
    /// <param name="isForRequest">Whether a request follows the plan, rather than somebody only wanting to see it.</param>
    public RoutePlan Apply(RoutePlan plan, SelectionContext context, EscalationSettings settings, bool isForRequest)
    {
        var task = plan.Profile.TaskType;
        if (plan.Routes.Count < 2 || (context.Request.EscalationThreshold ?? settings.ThresholdFor(task)) is null or <= 0 || IsDecided(plan, context))
        {
            return plan;
        }

        var routes = plan.Routes;
        var strong = StrongestOf(routes, task);
        var alone = Seconds(routes[strong].Model, routes[strong].Model, context, task);
        var (best, least) = (0, Expected(0) * WorthIt);
        for (var i = 1; i < routes.Count; i++)
        {
            if (routes[i].Note is null && context.Availability.GetAvailability(routes[i].Model).State == RouteState.Ready && Expected(i) is var seconds && seconds < least)
            {
                (best, least) = (i, seconds);
            }
        }

        if (isForRequest && best == strong)
        {
            PassOver(routes, strong, task);
        }

        return best == 0 ? plan : Reordered(plan, best, strong, least / alone);

        double Expected(int index)
        {
            var own = Seconds(routes[index].Model, routes[strong].Model, context, task);
            return index == strong ? own
                : RouteStrength.IsStronger(routes[strong].Model, routes[index].Model, task) ? own + ((1 - experience.ShareKept(routes[index].Model.Name, task)) * alone)
                : double.PositiveInfinity;
        }
    }

    private static bool IsDecided(RoutePlan plan, SelectionContext context)
    {
        var request = context.Request;
        return request.Priority != RequestPriority.Balanced
            || !string.IsNullOrEmpty(request.Model ?? request.Options?.ModelId)
            || plan.Routes[0].Note is not null
            || (context.Routing.Tasks.TryGetValue(plan.Profile.TaskType, out var own) && (own.Default is not null || own.Models.Count > 0))
            || (request.Messages is [.., { } last] && last.Role == ChatRole.Tool);
    }

    /// <summary>Finds the model that would take over: the strongest; of equals the one that stands first.</summary>
    private static int StrongestOf(IReadOnlyList<Route> routes, string task)
    {
        var strongest = 0;
        for (var i = 1; i < routes.Count; i++)
        {
            strongest = RouteStrength.IsStronger(routes[i].Model, routes[strongest].Model, task) ? i : strongest;
        }

        return strongest;
    }

    /// <summary>Gets how long an answer takes: as measured; where only one of two was measured, by the relation that their profiles assume.</summary>
    private static double Seconds(ModelProfile model, ModelProfile strong, SelectionContext context, string task)
    {
        var own = Measured(model, context, task);
        if (own > 0)
        {
            return own;
        }

        var other = Measured(strong, context, task);
        return other > 0 ? other * Assumed(model) / Assumed(strong) : Assumed(model);
    }

    private static double Measured(ModelProfile model, SelectionContext context, string task) => context.Performance.GetPerformance(model.Name, task).LatencyMs / 1000;

    /// <summary>Turns an assumed speed back into what it stands for: the bytes that are read for each token.</summary>
    private static double Assumed(ModelProfile model)
    {
        var speed = Math.Clamp(model.Speed, LeastSpeed, 1 - LeastSpeed);
        return (1 - speed) * (1 - speed) / (speed * speed);
    }

    private void PassOver(IReadOnlyList<Route> routes, int strong, string task)
    {
        for (var i = 0; i < routes.Count; i++)
        {
            if (i != strong)
            {
                experience.PassedOver(routes[i].Model.Name, task);
            }
        }
    }

    private RoutePlan Reordered(RoutePlan plan, int first, int strong, double share)
    {
        var routes = new Route[plan.Routes.Count];
        routes[0] = plan.Routes[first];
        for (int i = 0, next = 1; i < plan.Routes.Count; i++)
        {
            if (i != first)
            {
                routes[next++] = plan.Routes[i];
            }
        }

        var words = first == strong
            ? $"{routes[0].Model.Name} goes first, because too few answers of faster models are kept"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{routes[0].Model.Name} goes first, since {plan.Routes[strong].Model.Name} can take over: {experience.ShareKept(routes[0].Model.Name, plan.Profile.TaskType):P0} of its answers are kept, which takes {share:P0} of the time");
        return new(plan.Profile, $"{plan.Strategy}; {words}", routes, plan.Rejected);
    }
}
