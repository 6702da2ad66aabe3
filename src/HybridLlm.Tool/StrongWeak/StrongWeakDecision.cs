namespace HybridLlm.Tool.StrongWeak;

/// <summary>What was decided about a row.</summary>
/// <param name="Index">The place of the row in its file, from 0.</param>
/// <param name="NeedStrong">What is expected of the strong model beyond the weak one: the higher, the sooner it is to be asked.</param>
internal sealed record StrongWeakDecision(int Index, double NeedStrong);
