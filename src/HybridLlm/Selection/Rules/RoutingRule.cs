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

    // A name means one thing: models, as everywhere; or else, where nothing else has it, those that the data class of that name allows.
    private static bool[] Resolve(string target, SelectionSnapshot snapshot)
    {
        var targets = TargetModels.Of(target, snapshot);
        return targets.Contains(true) ? targets : snapshot.DataClasses.Find(target)?.Allowed ?? targets;
    }
}
