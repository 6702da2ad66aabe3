namespace HybridLlm.Tool.Cascade;

/// <summary>A piece of an expression.</summary>
/// <param name="Kind">What it is: n for a number, w for a word, ; for a break that no calculation goes over, else the sign itself.</param>
/// <param name="Value">The number; 0 for everything else.</param>
internal readonly record struct ArithmeticToken(char Kind, double Value);
