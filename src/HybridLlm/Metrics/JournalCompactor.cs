using System.Buffers;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Metrics;

/// <summary>Merges the segments that have no writer any more into the snapshot, and leaves out what is too old. The caller holds the lock of the folder exclusively.</summary>
/// <remarks>
/// The new snapshot is written under a temporary name, flushed to the disk and renamed; only then the files that went into it
/// are deleted. Killed before the renaming, a merge has changed nothing; killed after it, it leaves outcomes in two files,
/// which readers take once and the next merge clears up.
/// </remarks>
internal sealed class JournalCompactor(JournalFolder folder, JournalLimits limits, ILogger logger)
{
    private const int WriteBytes = 64 * 1024;

    /// <summary>Merges if there is enough to merge, if the journal is too large, or if something is too old.</summary>
    /// <param name="before">The time from which on outcomes are kept.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many damaged lines were skipped.</returns>
    public async Task<long> CompactAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        foreach (var leftover in folder.Temporaries)
        {
            File.Delete(leftover);
        }

        long damaged = 0;
        while (true)
        {
            var (merged, more, skipped) = await MergeAsync(before, cancellationToken).ConfigureAwait(false);
            damaged += skipped;
            merged.ForEach(File.Delete);
            if (!more)
            {
                return damaged;
            }
        }
    }

    private async Task<(List<string> Merged, bool More, long Damaged)> MergeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var runs = new JournalRuns(logger);
        await using (runs.ConfigureAwait(false))
        {
            var snapshots = OpenSnapshots(runs);
            var segments = OpenSegments(runs, out var more);
            var outcomes = runs.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (outcomes.ConfigureAwait(false))
            {
                var any = await outcomes.MoveNextAsync().ConfigureAwait(false);
                var worthwhile = more || snapshots.Count > 1 || segments.Count >= limits.MergeSegments || runs.Bytes > limits.SnapshotBytes;
                if (!worthwhile && !(any && outcomes.Current.Timestamp < before))
                {
                    return ([], false, 0);
                }

                if (any)
                {
                    var count = await WriteSnapshotAsync(outcomes, before, runs.Bytes - limits.SnapshotBytes, cancellationToken).ConfigureAwait(false);
                    MetricsLog.Compacted(logger, segments.Count + snapshots.Count, count, folder.Path);
                }
            }

            return ([.. snapshots, .. segments], more, runs.Damaged);
        }
    }

    private List<string> OpenSnapshots(JournalRuns runs)
    {
        var files = folder.Snapshots.Order(StringComparer.Ordinal).ToList();
        files.ForEach(file => runs.AddSnapshot(JournalFolder.OpenShared(file)));
        return files;
    }

    private List<string> OpenSegments(JournalRuns runs, out bool more)
    {
        List<string> files = [];
        more = false;
        foreach (var file in folder.Segments.Order(StringComparer.Ordinal))
        {
            if (files.Count == limits.SegmentsPerMerge)
            {
                more = true;
                break;
            }

            // Not to be had alone: its process lives, or somebody reads it; it stays for the next time.
            if (JournalFolder.TryOpenExclusively(file) is { } stream)
            {
                runs.AddSegment(stream);
                files.Add(file);
            }
        }

        return files;
    }

    private async Task<long> WriteSnapshotAsync(IAsyncEnumerator<CallOutcome> outcomes, DateTimeOffset before, long excess, CancellationToken cancellationToken)
    {
        var target = folder.NewSnapshot();
        var temporary = Path.ChangeExtension(target, ".tmp");
        try
        {
            long count;
            var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await using (stream.ConfigureAwait(false))
            {
                count = await WriteAsync(stream, outcomes, before, excess, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            if (count > 0)
            {
                File.Move(temporary, target);
            }

            return count;
        }
        finally
        {
            // Gone if it was renamed; else it must not take up room on a disk that may be full.
            File.Delete(temporary);
        }
    }

    private static async Task<long> WriteAsync(
        FileStream stream, IAsyncEnumerator<CallOutcome> outcomes, DateTimeOffset before, long excess, CancellationToken cancellationToken)
    {
        var lines = new ArrayBufferWriter<byte>(WriteBytes + JournalFormat.MaxLineBytes);
        long count = 0;
        do
        {
            // The oldest come first, so the excess is taken from them.
            if (excess > 0 || outcomes.Current.Timestamp < before)
            {
                excess -= JournalFormat.Measure(outcomes.Current);
                continue;
            }

            count += JournalFormat.Write(lines, outcomes.Current) > 0 ? 1 : 0;
            if (lines.WrittenCount >= WriteBytes)
            {
                await stream.WriteAsync(lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
                lines.ResetWrittenCount();
            }
        }
        while (await outcomes.MoveNextAsync().ConfigureAwait(false));

        await stream.WriteAsync(lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
        return count;
    }
}
