namespace HybridLlm.Configuration.Validation;

/// <summary>Checks the routing policy.</summary>
internal static class RoutingChecks
{
    private const string Section = nameof(HybridLlmOptions.Routing);

    public static void Run(CheckContext context, Func<string, string?> checkCondition)
    {
        var routing = context.Options.Routing;
        context.CheckModelName(routing.DefaultModel, Section, nameof(RoutingOptions.DefaultModel));
        if (routing.AccuracyFloor > routing.AccuracyBoostAbove && !context.Errors.At(Section).Has(nameof(RoutingOptions.AccuracyFloor)))
        {
            context.Errors.At(Section).Add(
                nameof(RoutingOptions.AccuracyFloor),
                routing.AccuracyFloor,
                FormattableString.Invariant($"It must not be above AccuracyBoostAbove, which is {routing.AccuracyBoostAbove}: a model cannot be dropped and boosted at once."));
        }

        foreach (var (name, task) in routing.Tasks)
        {
            TaskNames.Check(context, name, Section, nameof(RoutingOptions.Tasks));
            CheckTask(context, name, task);
        }

        CheckDataClasses(context, routing);
        for (var i = 0; i < routing.Rules.Count; i++)
        {
            CheckRule(context, routing.Rules[i], [Section, nameof(RoutingOptions.Rules), $"{i}"], checkCondition);
        }

        ExperimentChecks.Run(context, routing);
    }

    private static void CheckTask(CheckContext context, string name, TaskRoutingOptions task)
    {
        var errors = context.Errors.At(Section, nameof(RoutingOptions.Tasks), name);
        var models = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < task.Models.Count; i++)
        {
            var known = context.CheckModelName(task.Models[i], Section, nameof(RoutingOptions.Tasks), name, nameof(TaskRoutingOptions.Models), $"{i}");
            models.Add(known ?? task.Models[i] ?? "");
            if (known is not null && IsUnsuitable(context, known, name))
            {
                errors.Add($"{nameof(TaskRoutingOptions.Models)}:{i}", task.Models[i], $"Models:{known}:Tasks:{name}:Suitable is false. Leave the model out here, or set Suitable to true.");
            }
        }

        if (task.Default is not null)
        {
            var known = context.CheckModelName(task.Default, Section, nameof(RoutingOptions.Tasks), name, nameof(TaskRoutingOptions.Default));
            if (known is not null && IsUnsuitable(context, known, name))
            {
                errors.Add(nameof(TaskRoutingOptions.Default), task.Default, $"Models:{known}:Tasks:{name}:Suitable is false. Choose another default, or set Suitable to true.");
            }

            if (models.Count > 0 && !models.Contains(known ?? task.Default))
            {
                errors.Add(nameof(TaskRoutingOptions.Default), task.Default, $"It is not among the Models of the task. Add it there, or name one of: {KnownNames.List(task.Models)}.");
            }
        }

        // Written so that NaN, which the range check reports, does not pass for a weight.
        if (task.Weights is { } weights && !(weights.Quality > 0 || weights.Success > 0 || weights.Speed > 0 || weights.TokensPerSecond > 0
            || weights.Cost > 0 || weights.Memory > 0))
        {
            errors.Add(nameof(TaskRoutingOptions.Weights), "0", "Make at least one weight greater than 0, or leave the section out for the built-in weights.");
        }
    }

    private static bool IsUnsuitable(CheckContext context, string model, string task) =>
        context.Options.Models[model].Tasks.TryGetValue(task, out var options) && options.Suitable == false;

    private static void CheckRule(CheckContext context, RuleOptions rule, ReadOnlySpan<string> place, Func<string, string?> checkCondition)
    {
        var errors = context.Errors.At(place);
        if (string.IsNullOrWhiteSpace(rule.When))
        {
            errors.Add(nameof(RuleOptions.When), null, "Write a condition, such as \"taskType == 'template'\".");
        }
        else if (checkCondition(rule.When) is { } problem)
        {
            errors.Add(nameof(RuleOptions.When), rule.When, problem);
        }

        if (string.IsNullOrWhiteSpace(rule.Target))
        {
            errors.Add(nameof(RuleOptions.Target), null, "Name a model, an alias, a provider, a tag or a data class.");
        }
        else if (!context.Names.IsDataClass(rule.Target) || rule.Target.Equals(DataClasses.Public, StringComparison.OrdinalIgnoreCase))
        {
            CheckTarget(context, rule.Target, place, nameof(RuleOptions.Target));
        }
        else if (rule.Effect != RuleEffect.Require && !context.Names.IsTarget(rule.Target))
        {
            errors.Add(nameof(RuleOptions.Effect), $"{rule.Effect}", $"{rule.Target} is a data class, which can only be required. Write Require, or aim at a model, a provider or a tag.");
        }
    }

    private static void CheckTarget(CheckContext context, string target, ReadOnlySpan<string> place, string key)
    {
        if (context.Names.IsTarget(target))
        {
            return;
        }

        if (context.Names.MayDiscoverModels)
        {
            context.Warnings.At(place).Add(key, target, context.Names.NoteForUndiscovered(target));
        }
        else
        {
            context.Errors.At(place).Add(key, target, context.Names.RemedyForTarget(target));
        }
    }

    private static void CheckDataClasses(CheckContext context, RoutingOptions routing)
    {
        const string Key = nameof(RoutingOptions.DataClasses);
        if (routing.DefaultDataClass is { } name && !context.Names.IsDataClass(name))
        {
            context.Errors.At(Section).Add(nameof(RoutingOptions.DefaultDataClass), name, context.Names.RemedyForDataClass(name));
        }

        foreach (var (dataClass, options) in routing.DataClasses)
        {
            if (dataClass.Equals(DataClasses.Public, StringComparison.OrdinalIgnoreCase))
            {
                context.Errors.At(Section, Key).Add(dataClass, null, "It is built in, for words that may go anywhere. Choose another name.");
            }
            else if (dataClass.Equals(DataClasses.LocalOnly, StringComparison.OrdinalIgnoreCase) && !options.LocalOnly)
            {
                context.Errors.At(Section, Key, dataClass).Add(nameof(DataClassOptions.LocalOnly), "false", "It is built in, for words that stay here. Choose another name for a class that may leave.");
            }

            for (var i = 0; i < options.Targets.Count; i++)
            {
                CheckTarget(context, options.Targets[i], [Section, Key, dataClass, nameof(DataClassOptions.Targets)], $"{i}");
            }
        }
    }
}
