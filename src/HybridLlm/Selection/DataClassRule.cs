namespace HybridLlm.Selection;

/// <summary>Which models may see the words of requests of a data class.</summary>
/// <param name="Allowed">For each model, whether it may.</param>
/// <param name="Words">Why the others may not.</param>
internal sealed record DataClassRule(bool[] Allowed, string Words);
