namespace HybridLlm.Tool.Cascade;

/// <summary>What was decided about a row.</summary>
/// <param name="Index">The place of the row in its file, from 0.</param>
/// <param name="Confidence">How sure one can be that the weak answer is right: 0 to 1.</param>
internal sealed record CascadeDecision(int Index, double Confidence);
