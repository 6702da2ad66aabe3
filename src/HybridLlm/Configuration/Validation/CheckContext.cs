namespace HybridLlm.Configuration.Validation;

/// <summary>What the checks look at and where they put what they find.</summary>
internal sealed class CheckContext(HybridLlmOptions options, ConfigurationErrors errors, ConfigurationErrors warnings)
{
    public HybridLlmOptions Options { get; } = options;

    /// <summary>Gets where findings go that keep the options from being used.</summary>
    public ConfigurationErrors Errors { get; } = errors;

    /// <summary>Gets where findings go that people should know of.</summary>
    public ConfigurationErrors Warnings { get; } = warnings;

    public KnownNames Names { get; } = new(options);

    /// <summary>Checks that a name stands for a model. Returns the model's name if it is configured.</summary>
    public string? CheckModelName(string? name, params ReadOnlySpan<string> place)
    {
        // That a name must be there at all, the range check says.
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        if (Names.FindModel(name) is { } found)
        {
            return found;
        }

        if (Names.MayDiscoverModels)
        {
            Warnings.At(place).Add("", name, Names.NoteForUndiscovered(name));
        }
        else
        {
            Errors.At(place).Add("", name, Names.RemedyForModel(name));
        }

        return null;
    }

    /// <summary>Checks that the parts of the options are there which the other checks look into.</summary>
    public static bool IsComplete(HybridLlmOptions options) =>
        options is { Routing.Defaults: not null, Timeouts: not null, Metrics: not null, Catalog: not null, Telemetry: not null }
        && options.Resilience is { Retry: not null, CircuitBreaker: not null, Hedging: not null, Cooldown: not null }
        && options.Models.Values.All(model => model is not null && model.Tasks.Values.All(task => task is not null))
        && options.Providers.Values.All(provider => provider is not null)
        && options.Routing.Tasks.Values.All(task => task is not null)
        && options.Routing.Rules.All(rule => rule is not null)
        && options.Routing.Shadow is not null
        && options.Routing.Experiments.All(experiment => experiment is not null && experiment.Variants.Values.All(variant => variant is not null));
}
