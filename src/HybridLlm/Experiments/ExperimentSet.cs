using HybridLlm.Classification;
using Microsoft.Extensions.AI;

namespace HybridLlm.Experiments;

/// <summary>Gives requests their variants, after everything that stands above experiments has been decided.</summary>
/// <remarks>
/// Who takes part must not depend on the variant, or the variants would be compared on different requests. So a request stays out for any reason that holds for one of
/// the variants, also when another one is drawn.
/// </remarks>
internal sealed class ExperimentSet
{
    private readonly Experiment[] _experiments;

    private ExperimentSet(Experiment[] experiments) => _experiments = experiments;

    /// <summary>Makes the set of a configuration; <see langword="null"/> where there are no experiments.</summary>
    public static ExperimentSet? Of(RoutingOptions routing, IModelCatalog catalog)
    {
        var experiments = routing.Experiments
            .Where(static experiment => experiment.Variants.Values.Count(static variant => variant.Weight > 0) > 1)
            .Select(experiment => new Experiment(experiment, catalog))
            .ToArray();
        return experiments.Length == 0 ? null : new(experiments);
    }

    /// <summary>Puts the variant of a request into its plan.</summary>
    /// <param name="plan">The plan without experiments.</param>
    /// <param name="context">What it was made of.</param>
    /// <param name="requestId">The id of the request; <see langword="null"/> when it is only planned.</param>
    /// <returns>The plan, which says what was decided.</returns>
    public RoutePlan Apply(RoutePlan plan, SelectionContext context, string? requestId)
    {
        foreach (var experiment in _experiments)
        {
            if (!experiment.IsFor(plan.Profile.TaskType) || plan.Routes.Count == 0)
            {
                continue;
            }

            if (KeyOf(context.Request, experiment.Key) is not { } key)
            {
                if (IsUnderWay(context.Request.Messages))
                {
                    return Without(plan, experiment, "the request goes on with a conversation that has no name");
                }

                if (requestId is null)
                {
                    return Without(plan, experiment, "the request names neither user nor conversation, so its variant is drawn by its id when it is sent");
                }

                key = requestId;
            }

            if (experiment.VariantOf(key) is { } variant)
            {
                return WhyNot(experiment, variant, plan, context) is { } reason ? Without(plan, experiment, reason) : With(plan, experiment, variant);
            }
        }

        return plan;
    }

    private static string? KeyOf(LlmRequest request, string key) =>
        request.Metadata?.GetValueOrDefault(key) is { Length: > 0 } user ? $"user {user}"
        : (request.Conversation ?? request.Options?.ConversationId) is { Length: > 0 } conversation ? $"conversation {conversation}"
        : null;

    private static bool IsUnderWay(IReadOnlyList<ChatMessage> messages)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i].Role == ChatRole.Assistant)
            {
                return true;
            }
        }

        return false;
    }

    private static string? WhyNot(Experiment experiment, Variant drawn, RoutePlan plan, SelectionContext context)
    {
        var request = context.Request;
        if (experiment.SetsModel && !string.IsNullOrEmpty(request.Model ?? request.Options?.ModelId))
        {
            return "the request names its model";
        }

        if ((experiment.SetsTemperature && request.Options?.Temperature is not null)
            || (experiment.SetsTopP && request.Options?.TopP is not null)
            || (experiment.SetsMaxTokens && request.Options?.MaxOutputTokens is not null))
        {
            return "the request sets itself what the variants differ in";
        }

        foreach (var variant in experiment.Variants)
        {
            if (variant.LacksModel)
            {
                return $"nobody serves '{variant.Options.Model}' of variant '{variant.Name}' at present";
            }

            if (variant.Model is { } model && WhyNot(model, plan, context) is { } reason)
            {
                return $"'{model}' of variant '{variant.Name}' cannot be asked: {reason}";
            }
        }

        return drawn.Model is { } first && first != plan.Routes[0].Model.Name && RequestFeatures.EndsWithToolResult(request.Messages)
            ? "the request answers another model's tool call"
            : null;
    }

    private static string? WhyNot(string model, RoutePlan plan, SelectionContext context)
    {
        if (PlaceOf(model, plan) is >= 0 and var place)
        {
            var availability = context.Availability.GetAvailability(plan.Routes[place].Model);
            return availability.State == RouteState.Ready ? null : availability.Detail ?? $"{availability.State}";
        }

        foreach (var rejected in plan.Rejected)
        {
            if (rejected.Model.Name == model)
            {
                return rejected.Detail is null ? $"{rejected.Reason}" : $"{rejected.Reason}, {rejected.Detail}";
            }
        }

        return "it is not in the plan";
    }

    private static int PlaceOf(string model, RoutePlan plan)
    {
        for (var i = 0; i < plan.Routes.Count; i++)
        {
            if (plan.Routes[i].Model.Name == model)
            {
                return i;
            }
        }

        return -1;
    }

    private static RoutePlan With(RoutePlan plan, Experiment experiment, Variant variant)
    {
        var place = variant.Model is { } model ? PlaceOf(model, plan) : 0;
        var first = plan.Routes[place];
        var assignment = variant.AssignTo(first.Model.Name);
        var routes = new Route[plan.Routes.Count];
        routes[0] = first with { Note = assignment.ToString() };
        for (int i = 0, next = 1; i < routes.Length; i++)
        {
            if (i != place)
            {
                routes[next++] = plan.Routes[i];
            }
        }

        var words = variant.Model is null ? "its words and parameters are used" : $"{first.Model.Name} goes first";
        return new(plan.Profile, $"{plan.Strategy}; {assignment}, {words}", routes, plan.Rejected) { Experiment = assignment };
    }

    private static RoutePlan Without(RoutePlan plan, Experiment experiment, string reason) =>
        new(plan.Profile, $"{plan.Strategy}; takes no part in experiment '{experiment.Name}': {reason}", plan.Routes, plan.Rejected);
}
