namespace HybridLlm.Metrics.Sums;

/// <summary>The latest outcomes of a cell in a snapshot: its attempts, or its ratings.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="IsRatings">Whether they are ratings.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Sum">What they come to.</param>
/// <param name="Position">Where they begin in the section.</param>
/// <param name="Length">How many bytes they take.</param>
/// <param name="Checksum">Their check sum: of the section only what is needed is read.</param>
internal sealed record RecentChunk(CellKey Cell, bool IsRatings, int Count, CellCount Sum, long Position, int Length, ulong Checksum);
