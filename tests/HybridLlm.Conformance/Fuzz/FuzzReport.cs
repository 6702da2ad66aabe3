namespace HybridLlm.Conformance.Fuzz;

/// <summary>What came of mutated answers.</summary>
/// <param name="Mutations">How many there were.</param>
/// <param name="Answered">How many were answers all the same.</param>
/// <param name="Refused">How many ended in the typed failure.</param>
/// <param name="LargestAllocation">The most bytes that one of them made the provider allocate.</param>
/// <param name="Duration">How long all of them took.</param>
public sealed record FuzzReport(int Mutations, int Answered, int Refused, long LargestAllocation, TimeSpan Duration);
