namespace HybridLlm.Metrics;

/// <summary>The bounds of a journal.</summary>
internal sealed record JournalLimits
{
    public static JournalLimits Default { get; } = new();

    /// <summary>Gets the size at which a process begins a new segment, some 5,000 outcomes. A segment is sorted in memory when it is read.</summary>
    public int SegmentBytes { get; init; } = 1 << 20;

    /// <summary>Gets how many segments without a writer are worth a merge.</summary>
    public int MergeSegments { get; init; } = 8;

    /// <summary>Gets how many segments one merge takes; it bounds the memory of a merge.</summary>
    public int SegmentsPerMerge { get; init; } = 32;

    /// <summary>Gets the size from which on a snapshot is full, some 110,000 outcomes: nothing is merged into it any more. It bounds the time of a merge.</summary>
    public long FullSnapshotBytes { get; init; } = 32L << 20;

    /// <summary>Gets the size of all snapshots beyond which the oldest outcomes go, some 1,300,000 outcomes.</summary>
    public long SnapshotBytes { get; init; } = 384L << 20;
}
