namespace HybridLlm;

/// <summary>What becomes of a rule's target.</summary>
public enum RuleEffect
{
    /// <summary>The target's score rises by the rule's confidence.</summary>
    Prefer,

    /// <summary>Only the target may serve the request.</summary>
    Require,

    /// <summary>The target must not serve the request.</summary>
    Deny,
}
