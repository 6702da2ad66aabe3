using HybridLlm.Experiments;

namespace HybridLlm.Configuration.Validation;

/// <summary>Checks experiments and shadow mode.</summary>
internal static class ExperimentChecks
{
    private const string Section = nameof(HybridLlmOptions.Routing);

    public static void Run(CheckContext context, RoutingOptions routing)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < routing.Experiments.Count; i++)
        {
            string[] place = [Section, nameof(RoutingOptions.Experiments), $"{i}"];
            var experiment = routing.Experiments[i];
            if (!string.IsNullOrWhiteSpace(experiment.Name) && !names.Add(experiment.Name))
            {
                context.Errors.At(place).Add(nameof(ExperimentOptions.Name), experiment.Name, "Another experiment has this name, under which results are kept. Choose a name of its own.");
            }

            CheckTask(context, experiment.Task, [.. place, nameof(ExperimentOptions.Task)]);
            CheckVariants(context, routing, experiment, place);
        }

        context.CheckModelName(routing.Shadow.Model, Section, nameof(RoutingOptions.Shadow), nameof(ShadowOptions.Model));
        CheckTask(context, routing.Shadow.Task, [Section, nameof(RoutingOptions.Shadow), nameof(ShadowOptions.Task)]);
    }

    private static void CheckTask(CheckContext context, string? task, ReadOnlySpan<string> place)
    {
        if (!string.IsNullOrWhiteSpace(task))
        {
            TaskNames.CheckReference(context, task, place);
        }
    }

    private static void CheckVariants(CheckContext context, RoutingOptions routing, ExperimentOptions experiment, string[] place)
    {
        const string Variants = nameof(ExperimentOptions.Variants);
        var errors = context.Errors.At(place);
        if (experiment.Variants.Values.Count(static variant => variant.Weight > 0) < 2)
        {
            errors.Add(Variants, $"{experiment.Variants.Count}", "An experiment compares at least two variants with a weight above 0, such as { \"gemma-3-1b-it\": 0.5, \"phi-4\": 0.5 }.");
        }

        if (!string.IsNullOrWhiteSpace(experiment.Control) && !experiment.Variants.ContainsKey(experiment.Control))
        {
            errors.Add(nameof(ExperimentOptions.Control), experiment.Control, $"There is no such variant. Name one of: {KnownNames.List(experiment.Variants.Keys)}.");
        }

        foreach (var (name, variant) in experiment.Variants)
        {
            string[] own = [.. place, Variants, name];
            var model = context.CheckModelName(variant.Model, [.. own, nameof(VariantOptions.Model)]);
            if (model is not null && experiment.Task is { } task && routing.Tasks.TryGetValue(task, out var policy) && policy.Models.Count > 0
                && !policy.Models.Any(listed => model == (context.Names.FindModel(listed ?? "") ?? listed)))
            {
                context.Errors.At(own).Add(nameof(VariantOptions.Model), variant.Model, $"It is not among Routing:Tasks:{task}:Models, which stand above experiments. Add it there.");
            }

            if (variant.Template is { } template && !template.Contains(VariantRequest.Placeholder, StringComparison.Ordinal))
            {
                context.Errors.At(own).Add(nameof(VariantOptions.Template), template, $"Write {VariantRequest.Placeholder} where the user's words go.");
            }
        }
    }
}
