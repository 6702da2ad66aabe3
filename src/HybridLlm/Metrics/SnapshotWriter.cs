using System.Buffers;
using HybridLlm.Metrics.Sums;

namespace HybridLlm.Metrics;

/// <summary>Writes a snapshot and its sums.</summary>
/// <remarks>
/// Both are written under temporary names and flushed to the disk; then the sums get their name, and the snapshot last. Killed before that, a merge has changed nothing:
/// sums without a snapshot mean nothing to anybody. Killed after it, the files that went into the snapshot are still there. The sums name them, so that readers leave them
/// out, and the next merge deletes them.
/// </remarks>
internal sealed class SnapshotWriter(JournalFolder folder)
{
    private const int WriteBytes = 64 * 1024;

    /// <summary>Writes outcomes.</summary>
    /// <param name="outcomes">The outcomes, the oldest first; stands on the first.</param>
    /// <param name="merged">The files that they come from.</param>
    /// <param name="others">The sums of the other snapshots. What these hold already is left out.</param>
    /// <param name="before">The time from which on outcomes are kept.</param>
    /// <param name="excess">How many bytes of the oldest are to be left out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many outcomes were written. When there are none, there is no snapshot.</returns>
    public async Task<long> WriteAsync(
        IAsyncEnumerator<CallOutcome> outcomes,
        IReadOnlyList<string> merged,
        IReadOnlyList<SumsFile> others,
        DateTimeOffset before,
        long excess,
        CancellationToken cancellationToken)
    {
        var target = folder.NewSnapshot();
        var sumsTarget = JournalFolder.SumsOf(target);
        var temporary = Path.ChangeExtension(target, ".tmp");
        var sumsTemporary = Path.ChangeExtension(sumsTarget, ".tmp");
        try
        {
            var sums = new SumsBuilder(merged.Select(static file => Path.GetFileName(file)));
            var stream = Create(temporary);
            long count;
            await using (stream.ConfigureAwait(false))
            {
                count = await WriteLinesAsync(stream, sums, outcomes, others, before, excess, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
                if (count > 0)
                {
                    WriteSums(sumsTemporary, sums, stream.Length);
                }
            }

            if (count > 0)
            {
                File.Move(sumsTemporary, sumsTarget);
                File.Move(temporary, target);
            }

            return count;
        }
        finally
        {
            // Gone if they were renamed; else they must not take up room on a disk that may be full.
            File.Delete(temporary);
            File.Delete(sumsTemporary);
        }
    }

    private static FileStream Create(string file) =>
        new(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);

    private static void WriteSums(string file, SumsBuilder sums, long snapshotBytes)
    {
        using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        sums.Write(stream, snapshotBytes);
        stream.Flush(flushToDisk: true);
    }

    private static async Task<long> WriteLinesAsync(
        FileStream stream,
        SumsBuilder sums,
        IAsyncEnumerator<CallOutcome> outcomes,
        IReadOnlyList<SumsFile> others,
        DateTimeOffset before,
        long excess,
        CancellationToken cancellationToken)
    {
        var lines = new ArrayBufferWriter<byte>(WriteBytes + JournalFormat.MaxLineBytes);
        long count = 0;
        do
        {
            var outcome = outcomes.Current;

            // The oldest come first, so the excess is taken from them.
            if (excess > 0 || outcome.Timestamp < before)
            {
                excess -= JournalFormat.Measure(outcome);
                continue;
            }

            if (await IsHeldAsync(outcome.Id, others, cancellationToken).ConfigureAwait(false) || JournalFormat.Write(lines, outcome) == 0)
            {
                continue;
            }

            count++;
            sums.Add(outcome);
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

    private static async ValueTask<bool> IsHeldAsync(Guid id, IReadOnlyList<SumsFile> others, CancellationToken cancellationToken)
    {
        foreach (var other in others)
        {
            if (await other.HoldsAsync(id, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }
}
