namespace HybridLlm.Learning;

/// <summary>How much priors weigh against what was seen, in calls; each above 0.</summary>
/// <param name="Profile">The weight of what is assumed of a model.</param>
/// <param name="Cell">The weight of what is known of a model elsewhere.</param>
internal readonly record struct PriorMasses(double Profile, double Cell);
