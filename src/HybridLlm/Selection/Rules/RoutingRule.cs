namespace HybridLlm.Selection.Rules;

/// <summary>A rule whose condition is compiled and whose target is resolved against a catalog.</summary>
internal sealed class RoutingRule
{
    private readonly TruthOf _holds;
    private readonly bool[] _targets;

    /// <exception cref="RuleException">The condition cannot be understood.</exception>
    public RoutingRule(RuleOptions options, SelectionSnapshot snapshot)
    {
        _holds = RuleCompiler.Compile(options.When).Holds;
        _targets = Resolve(options.Target ?? string.Empty, snapshot);
        Effect = options.Effect;
        Confidence = options.Confidence;
        var name = string.IsNullOrWhiteSpace(options.Description) ? options.When : options.Description;
        Note = options.Effect switch
        {
            RuleEffect.Prefer => $"preferred by the rule \"{name}\"",
            RuleEffect.Require => $"required by the rule \"{name}\"",
            _ => $"denied by the rule \"{name}\"",
        };
        Exclusion = options.Effect == RuleEffect.Require ? $"the rule \"{name}\" requires {options.Target}" : Note;
    }

    public RuleEffect Effect { get; }

    /// <summary>Gets what a preference adds to the score.</summary>
    public double Confidence { get; }

    /// <summary>Gets what the rule does to its target, in words.</summary>
    public string Note { get; }

    /// <summary>Gets why a model that the rule keeps off is not used, in words.</summary>
    public string Exclusion { get; }

    /// <summary>Gets whether the condition holds.</summary>
    public bool Holds(in RuleInput input) => _holds(input);

    /// <summary>Gets whether the model at a position is a target.</summary>
    public bool Targets(int model) => _targets[model];

    /// <summary>Gets whether the rule, when it holds, keeps the model at a position from serving the request.</summary>
    public bool Excludes(int model) => Effect switch
    {
        RuleEffect.Require => !_targets[model],
        RuleEffect.Deny => _targets[model],
        _ => false,
    };

    // A name means one thing: the model of that name or alias; or else the models of the provider; or else those with the tag.
    private static bool[] Resolve(string target, SelectionSnapshot snapshot)
    {
        var targets = new bool[snapshot.Models.Length];
        if (snapshot.IndexOf(target) is { } index)
        {
            targets[index] = true;
            return targets;
        }

        Mark(static (model, name) => string.Equals(model.Provider, name, StringComparison.OrdinalIgnoreCase));
        if (!targets.Contains(true))
        {
            Mark(static (model, name) => model.Tags.Contains(name, StringComparer.OrdinalIgnoreCase));
        }

        return targets;

        void Mark(Func<ModelProfile, string, bool> matches)
        {
            for (var i = 0; i < targets.Length; i++)
            {
                targets[i] = matches(snapshot.Models[i].Model, target);
            }
        }
    }
}
