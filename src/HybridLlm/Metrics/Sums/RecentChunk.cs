namespace HybridLlm.Metrics.Sums;

/// <summary>The latest lines of a cell in a snapshot: its attempts, or its ratings.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="IsRatings">Whether they are ratings.</param>
/// <param name="Count">How many lines there are.</param>
/// <param name="Position">Where they begin in the section.</param>
/// <param name="Length">How many bytes they take.</param>
/// <param name="Checksum">Their check sum: of the section only what is needed is read.</param>
internal readonly record struct RecentChunk(CellKey Cell, bool IsRatings, int Count, long Position, int Length, ulong Checksum);
