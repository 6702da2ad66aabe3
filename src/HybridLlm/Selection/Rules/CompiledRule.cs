namespace HybridLlm.Selection.Rules;

/// <summary>A condition that was understood.</summary>
/// <param name="Text">The condition as it was written.</param>
/// <param name="Holds">Tells whether it holds for a request.</param>
internal sealed record CompiledRule(string Text, TruthOf Holds);
