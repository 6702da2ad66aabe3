using System.Diagnostics;
using System.Globalization;

namespace HybridLlm.Metrics;

/// <summary>The files of a journal: how they are called, and who may touch them when.</summary>
/// <remarks>
/// <para>
/// A process writes to a segment of its own, which it keeps open such that others can read but not open it for themselves
/// alone; when the process ends, however it ends, the system lets go of it. A segment that can be opened exclusively has no
/// writer, and never gets one again.
/// </para>
/// <para>
/// The lock file is held exclusively to merge files, and shared to create a segment and to open the files for reading. So a
/// segment cannot be merged away between its creation and its first lock, and a reader sees either the files before a merge
/// or those after it. It holds nothing, and is never deleted.
/// </para>
/// </remarks>
/// <param name="path">The full path of the folder.</param>
/// <param name="time">The clock.</param>
internal sealed class JournalFolder(string path, TimeProvider time)
{
    private const string SegmentPattern = "segment-*.jsonl";
    private const string SnapshotPattern = "snapshot-*.jsonl";
    private const string SumsPattern = "sums-*.bin";
    private const string TemporarySnapshotPattern = "snapshot-*.tmp";
    private const string TemporarySumsPattern = "sums-*.tmp";

    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LockPollInterval = TimeSpan.FromMilliseconds(20);

    private readonly string _lockPath = System.IO.Path.Combine(path, "folder.lock");

    public string Path => path;

    public IEnumerable<string> Segments => List(SegmentPattern);

    public IEnumerable<string> Snapshots => List(SnapshotPattern);

    /// <summary>Gets what a merge that was killed left behind, but for what went into its snapshot.</summary>
    public IEnumerable<string> Leftovers
    {
        get
        {
            var sums = Snapshots.Select(SumsOf).ToHashSet(StringComparer.Ordinal);
            return List(TemporarySnapshotPattern).Concat(List(TemporarySumsPattern)).Concat(List(SumsPattern).Where(file => !sums.Contains(file)));
        }
    }

    public bool Exists => Directory.Exists(path);

    public void Create() => Directory.CreateDirectory(path);

    /// <summary>Gets the file of the sums of a snapshot.</summary>
    public static string SumsOf(string snapshot) => System.IO.Path.Combine(
        System.IO.Path.GetDirectoryName(snapshot)!, $"sums{System.IO.Path.GetFileNameWithoutExtension(snapshot)["snapshot".Length..]}.bin");

    /// <summary>Deletes a file of the journal, and the sums of a snapshot after it.</summary>
    public static void Delete(string file)
    {
        File.Delete(file);
        if (System.IO.Path.GetFileName(file).StartsWith("snapshot", StringComparison.Ordinal))
        {
            File.Delete(SumsOf(file));
        }
    }

    /// <summary>Opens a file for reading, whoever else has it open.</summary>
    public static FileStream OpenShared(string file) =>
        new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Opens a segment for reading if nobody else has it open.</summary>
    public static FileStream? TryOpenExclusively(string file) =>
        TryOpen(file, FileMode.Open, FileAccess.Read, FileShare.None);

    /// <summary>Creates the segment of this process. The caller holds the lock, shared.</summary>
    public FileStream CreateSegment() =>
        new(NewFile("segment", ".jsonl"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);

    public string NewSnapshot() => NewFile("snapshot", ".jsonl");

    /// <summary>Waits for the lock.</summary>
    /// <param name="exclusive">Whether nobody else may hold it.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The lock, to be disposed.</returns>
    /// <exception cref="IOException">Others held it for too long.</exception>
    public async ValueTask<IDisposable> LockAsync(bool exclusive, CancellationToken cancellationToken)
    {
        // By the system's clock: the process that holds the lock knows no other.
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryLock(exclusive) is { } held)
            {
                return held;
            }

            if (Stopwatch.GetElapsedTime(start) >= LockTimeout)
            {
                throw new IOException($"Other processes have held the lock file '{_lockPath}' for {LockTimeout.TotalSeconds:F0} seconds.");
            }

            await Task.Delay(LockPollInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lock if it is free.</summary>
    public IDisposable? TryLock(bool exclusive) =>
        TryOpen(_lockPath, FileMode.OpenOrCreate, FileAccess.Read, exclusive ? FileShare.None : FileShare.ReadWrite);

    private static FileStream? TryOpen(string file, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(file, mode, access, share, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (IOException exception) when (IsSharingViolation(exception))
        {
            // Held by somebody else: the answer to the question.
            return null;
        }
    }

    // Sharing and lock violation on Windows; EAGAIN on Linux and on macOS.
    private static bool IsSharingViolation(IOException exception) =>
        exception.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021) or 11 or 35;

    private IEnumerable<string> List(string pattern) => Directory.EnumerateFiles(path, pattern);

    // The process id is for people; in containers that share a folder it is often the same, so the random part makes the name.
    private string NewFile(string kind, string extension)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        return System.IO.Path.Combine(path, $"{kind}-{now}-{Environment.ProcessId}-{Guid.NewGuid():N}{extension}");
    }
}
