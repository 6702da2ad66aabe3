using HybridLlm.Metrics.Sums;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Metrics;

/// <summary>Merges the segments that have no writer any more into snapshots, and leaves out what is too old. The caller holds the lock of the folder exclusively.</summary>
/// <remarks>
/// A new snapshot takes the segments and the snapshots that are not full; see <see cref="SnapshotWriter"/> for what it is made of and for what is left when a merge is
/// killed. What is in a full snapshot is not touched again until something in it is too old.
/// </remarks>
internal sealed class JournalCompactor(JournalFolder folder, JournalLimits limits, ILogger logger)
{
    private readonly SnapshotWriter _writer = new(folder);

    /// <summary>Merges if there is enough to merge, if the journal is too large, or if something is too old.</summary>
    /// <param name="before">The time from which on outcomes are kept.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many damaged lines were skipped.</returns>
    public async Task<long> CompactAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await ClearUpAsync(cancellationToken).ConfigureAwait(false);
        long damaged = 0;
        bool more;
        do
        {
            (more, var skipped) = await MergeAsync(before, cancellationToken).ConfigureAwait(false);
            damaged += skipped;
        }
        while (more);
        return damaged + await ShortenAsync(before, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes what a merge that was killed left behind.</summary>
    private async ValueTask ClearUpAsync(CancellationToken cancellationToken)
    {
        foreach (var leftover in folder.Leftovers.ToList())
        {
            File.Delete(leftover);
        }

        foreach (var file in folder.Snapshots.ToList())
        {
            if (await DescribeAsync(file, cancellationToken).ConfigureAwait(false) is { } sums)
            {
                await sums.DisposeAsync().ConfigureAwait(false);
                foreach (var merged in sums.Merged)
                {
                    JournalFolder.Delete(Path.Combine(folder.Path, merged));
                }
            }
        }
    }

    private async Task<(bool More, long Damaged)> MergeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (full, open, hasOld) = await SortSnapshotsAsync(before, cancellationToken).ConfigureAwait(false);
        var runs = new JournalRuns(logger);
        bool more;
        List<string> segments;
        List<string> merged;
        await using (runs.ConfigureAwait(false))
        {
            try
            {
                open.ForEach(file => runs.AddSnapshot(JournalFolder.OpenShared(file)));
                segments = OpenSegments(runs, out more);
                merged = [.. open, .. segments];
                var bytes = runs.Bytes;
                var isTooLarge = bytes > limits.SnapshotBytes;
                var outcomes = runs.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
                await using (outcomes.ConfigureAwait(false))
                {
                    var any = await outcomes.MoveNextAsync().ConfigureAwait(false);
                    var isWorthwhile = more || hasOld || isTooLarge || open.Count > 1 || segments.Count >= limits.MergeSegments;
                    if (!isWorthwhile && !(any && outcomes.Current.Timestamp < before))
                    {
                        return (false, 0);
                    }

                    if (any)
                    {
                        var count = await _writer.WriteAsync(outcomes, merged, full, before, bytes - limits.SnapshotBytes, cancellationToken).ConfigureAwait(false);
                        MetricsLog.Compacted(logger, merged.Count, count, folder.Path);
                    }
                }
            }
            finally
            {
                await DisposeAllAsync(full).ConfigureAwait(false);
            }
        }

        merged.ForEach(JournalFolder.Delete);
        return (more, runs.Damaged);
    }

    /// <summary>Tells the snapshots that are full from those that are to be merged: the ones that are not, and the ones without sums.</summary>
    private async ValueTask<(List<SumsFile> Full, List<string> Open, bool HasOld)> SortSnapshotsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<SumsFile> full = [];
        List<string> open = [];
        var hasOld = false;
        foreach (var file in folder.Snapshots.Order(StringComparer.Ordinal).ToList())
        {
            var sums = await DescribeAsync(file, cancellationToken).ConfigureAwait(false);
            if (sums is not null && new FileInfo(file).Length >= limits.FullSnapshotBytes)
            {
                full.Add(sums);
                continue;
            }

            open.Add(file);
            hasOld |= sums is null;
            if (sums is not null)
            {
                await sums.DisposeAsync().ConfigureAwait(false);
            }
        }

        return (full, open, hasOld);
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

    /// <summary>Deletes from full snapshots what is too old, and the oldest snapshots when there is too much.</summary>
    private async ValueTask<long> ShortenAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        long damaged = 0;
        List<(string File, long Bytes, long LastTicks)> kept = [];
        foreach (var file in folder.Snapshots.ToList())
        {
            if (await DescribeAsync(file, cancellationToken).ConfigureAwait(false) is not { } sums)
            {
                continue;
            }

            await sums.DisposeAsync().ConfigureAwait(false);
            if (sums.LastTicks < before.UtcTicks)
            {
                JournalFolder.Delete(file);
            }
            else if (sums.FirstTicks < before.UtcTicks)
            {
                damaged += await RewriteAsync(file, before, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                kept.Add((file, new FileInfo(file).Length, sums.LastTicks));
            }
        }

        var excess = kept.Sum(static snapshot => snapshot.Bytes) - limits.SnapshotBytes;
        foreach (var oldest in kept.OrderBy(static snapshot => snapshot.LastTicks).TakeWhile(_ => excess > 0))
        {
            JournalFolder.Delete(oldest.File);
            excess -= oldest.Bytes;
        }

        return damaged;
    }

    private async ValueTask<long> RewriteAsync(string file, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var runs = new JournalRuns(logger);
        await using (runs.ConfigureAwait(false))
        {
            runs.AddSnapshot(JournalFolder.OpenShared(file));
            var outcomes = runs.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (outcomes.ConfigureAwait(false))
            {
                if (await outcomes.MoveNextAsync().ConfigureAwait(false))
                {
                    await _writer.WriteAsync(outcomes, [file], [], before, excess: 0, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        JournalFolder.Delete(file);
        return runs.Damaged;
    }

    private static async ValueTask<SumsFile?> DescribeAsync(string snapshot, CancellationToken cancellationToken) =>
        File.Exists(snapshot)
            ? await SumsFile.OpenAsync(JournalFolder.SumsOf(snapshot), new FileInfo(snapshot).Length, cancellationToken).ConfigureAwait(false)
            : null;

    private static async ValueTask DisposeAllAsync(List<SumsFile> files)
    {
        foreach (var file in files)
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }
}
