namespace HybridLlm;

/// <summary>What became of outcomes that the router was seeded with.</summary>
/// <param name="Learned">How many were learned from.</param>
/// <param name="AlreadyKnown">How many were known already and left out.</param>
public sealed record SeedReport(int Learned, int AlreadyKnown);
