namespace HybridLlm.Configuration.Validation;

/// <summary>Checks the models: their providers, names, limits and fallbacks.</summary>
internal static class ModelChecks
{
    private const string Section = nameof(HybridLlmOptions.Models);

    public static void Run(CheckContext context)
    {
        foreach (var (name, model) in context.Options.Models)
        {
            var errors = context.Errors.At(Section, name);
            if (string.IsNullOrWhiteSpace(name))
            {
                errors.Add("", name, "Give the model a name.");
            }

            CheckProvider(context, model, errors);
            if (model is { MaxTokens: { } answer, ContextLength: { } room } && answer > room)
            {
                errors.Add(nameof(ModelOptions.MaxTokens), answer, $"An answer cannot be longer than ContextLength, which is {room}.");
            }

            foreach (var task in model.Tasks.Keys)
            {
                TaskNames.Check(context, task, Section, name, nameof(ModelOptions.Tasks));
            }
        }

        CheckAliases(context);
        CheckFallbacks(context);
    }

    private static void CheckProvider(CheckContext context, ModelOptions model, ConfigurationErrors errors)
    {
        if (string.IsNullOrWhiteSpace(model.Provider))
        {
            errors.Add(nameof(ModelOptions.Provider), null, $"Name the provider that serves the model, one of: {KnownNames.List(context.Names.Providers)}.");
        }
        else if (!context.Options.Providers.ContainsKey(model.Provider))
        {
            errors.Add(nameof(ModelOptions.Provider), model.Provider, context.Names.RemedyForProvider(model.Provider));
        }
    }

    private static void CheckAliases(CheckContext context)
    {
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, model) in context.Options.Models.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            for (var i = 0; i < model.Aliases.Count; i++)
            {
                var alias = model.Aliases[i];
                if (string.IsNullOrWhiteSpace(alias) || alias.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                var errors = context.Errors.At(Section, name, nameof(ModelOptions.Aliases), $"{i}");
                if (context.Options.Models.ContainsKey(alias))
                {
                    errors.Add("", alias, "Another model has that name. Choose another alias, or leave it out.");
                }
                else if (!owners.TryAdd(alias, name) && !owners[alias].Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    errors.Add("", alias, $"The model '{owners[alias]}' has the same alias. Leave it out in one of the two.");
                }
            }
        }
    }

    private static void CheckFallbacks(CheckContext context)
    {
        var next = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, model) in context.Options.Models)
        {
            var known = new List<string>();
            for (var i = 0; i < model.Fallbacks.Count; i++)
            {
                var fallback = context.CheckModelName(model.Fallbacks[i], Section, name, nameof(ModelOptions.Fallbacks), $"{i}");
                if (fallback is not null && fallback.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    context.Errors.At(Section, name, nameof(ModelOptions.Fallbacks), $"{i}")
                        .Add("", model.Fallbacks[i], "The model cannot stand in for itself. Leave it out.");
                }
                else if (fallback is not null)
                {
                    known.Add(fallback);
                }
            }

            next[name] = known;
        }

        foreach (var cycle in Cycles.Find(next))
        {
            var path = string.Join(" -> ", [.. cycle, cycle[0]]);
            context.Errors.At(Section, cycle[0], nameof(ModelOptions.Fallbacks))
                .Add("", path, "The fallbacks go round in a circle. Let the chain end, usually at the smallest local model, by leaving one of them out.");
        }
    }
}
