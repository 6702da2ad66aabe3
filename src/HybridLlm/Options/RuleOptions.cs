namespace HybridLlm;

/// <summary>A rule: when its condition holds, its target is preferred, required or denied.</summary>
public sealed class RuleOptions
{
    /// <summary>Gets or sets the condition, such as <c>taskType == 'template' &amp;&amp; complexity != 'complex'</c>.</summary>
    public string? When { get; set; }

    /// <summary>Gets or sets the name of a model, an alias, a provider, a tag, or a data class (for all models that it lets see a request).</summary>
    public string? Target { get; set; }

    /// <summary>Gets or sets what becomes of the target. Default: <see cref="RuleEffect.Prefer"/>.</summary>
    public RuleEffect Effect { get; set; }

    /// <summary>Gets or sets how much a preference adds to the score, 0 to 1. Default: 0.9.</summary>
    public double Confidence { get; set; } = 0.9;

    /// <summary>Gets or sets which rule is tried first: the higher. Default: 0.</summary>
    public int Priority { get; set; }

    /// <summary>Gets or sets the reason, for people; it appears in plans.</summary>
    public string? Description { get; set; }
}
