using System.Text.Json;
using HybridLlm.Neo4j.Rollups;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Neo4j.Spool;

/// <summary>Outcomes that wait on disk while the database is away. Several processes may share the folder.</summary>
/// <remarks>
/// <para>
/// A process appends to a segment of its own, which it holds open; a segment that nobody holds belongs to whoever opens it, so that what a killed process left goes up with
/// the next one. A segment is deleted after its outcomes are stored: killed in between, they are stored again, under the same ids.
/// </para>
/// <para>
/// When there is more than the limit, the oldest segment is added up by the hour into <c>totals.json</c>, and deleted. That file is replaced as a whole, and names the segment
/// it took last: killed in between, the segment is not taken again. What it holds only grows until it is stored, under an id of its own, and deleted.
/// </para>
/// </remarks>
internal sealed class OutcomeSpool : IAsyncDisposable
{
    private const string TotalsName = "totals.json";
    private const string LockName = "totals.lock";
    private const int LargestSegmentBytes = 1024 * 1024;
    private const int SegmentsInLimit = 8;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly string _folder;
    private readonly int _limitMB;
    private readonly int _segmentBytes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SpoolSegment? _current;

    /// <param name="folder">The folder. It is created with the first outcome that has to wait.</param>
    /// <param name="limitMB">How much may wait, in megabytes.</param>
    /// <param name="time">The clock, for the names of files.</param>
    /// <param name="logger">Told of damaged lines and of what was rolled up.</param>
    /// <param name="segmentBytes">From which size on a segment is not appended to; <see langword="null"/> for a megabyte, or less where the limit is a few.</param>
    public OutcomeSpool(string folder, int limitMB, TimeProvider time, ILogger logger, int? segmentBytes = null)
    {
        _folder = System.IO.Path.GetFullPath(folder);
        _limitMB = limitMB;
        _segmentBytes = segmentBytes ?? (int)Math.Min(LargestSegmentBytes, limitMB * (1024L * 1024 / SegmentsInLimit));
        _time = time;
        _logger = logger;
    }

    /// <summary>Gets the full path of the folder.</summary>
    public string Folder => _folder;

    /// <summary>Gets whether anything waits, of this process or of others.</summary>
    public bool Any => Directory.Exists(_folder) && (Segments().Any() || File.Exists(TotalsPath));

    private string TotalsPath => System.IO.Path.Combine(_folder, TotalsName);

    /// <summary>Lets outcomes wait.</summary>
    /// <exception cref="IOException">They cannot be written, or not all.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public async Task AppendAsync(IReadOnlyList<CallOutcome> outcomes, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(_folder);
            _current ??= SpoolSegment.Create(_folder, _time.GetUtcNow());
            try
            {
                await _current.AppendAsync(outcomes, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                // It may end in half a line; what comes next must not be glued to that.
                await EndSegmentAsync().ConfigureAwait(false);
                throw;
            }

            if (_current.Length >= _segmentBytes)
            {
                await EndSegmentAsync().ConfigureAwait(false);
                await KeepToLimitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes the oldest segment that nobody holds; the one that this process appends to is ended first when there is no other.</summary>
    /// <returns>The segment, to be deleted or disposed of; <see langword="null"/> when there is none.</returns>
    public async Task<SpoolSegment?> TakeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!Directory.Exists(_folder))
            {
                return null;
            }

            var segment = OpenOldest();
            if (segment is null && _current is not null)
            {
                await EndSegmentAsync().ConfigureAwait(false);
                segment = OpenOldest();
            }

            return segment;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads what a segment holds, and says how much of it is damaged.</summary>
    public async Task<List<CallOutcome>> ReadAsync(SpoolSegment segment, CancellationToken cancellationToken)
    {
        if (TryLockTotals() is { } held)
        {
            await using (held.ConfigureAwait(false))
            {
                if (ReadTotals()?.LastSegment == segment.Name)
                {
                    return [];
                }
            }
        }

        var (outcomes, damaged) = await segment.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (damaged > 0)
        {
            Neo4jLog.DamagedLines(_logger, damaged, segment.Path);
        }

        return outcomes;
    }

    /// <summary>Stores what was rolled up, and forgets it.</summary>
    /// <param name="store">Stores it.</param>
    /// <returns>Whether there was something, and nobody else is at it.</returns>
    public async Task<bool> FlushTotalsAsync(Func<SpooledTotals, Task> store)
    {
        if (!File.Exists(TotalsPath) || TryLockTotals() is not { } held)
        {
            return false;
        }

        await using (held.ConfigureAwait(false))
        {
            if (ReadTotals() is not { } totals)
            {
                return false;
            }

            await store(totals).ConfigureAwait(false);
            File.Delete(System.IO.Path.Combine(_folder, totals.LastSegment));
            File.Delete(TotalsPath);
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await EndSegmentAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private IOrderedEnumerable<string> Segments() => Directory.EnumerateFiles(_folder, SpoolSegment.Pattern).Order(StringComparer.Ordinal);

    private SpoolSegment? OpenOldest() => Segments().Select(SpoolSegment.TryOpen).FirstOrDefault(static segment => segment is not null);

    private async ValueTask EndSegmentAsync()
    {
        if (_current is { } segment)
        {
            _current = null;
            await segment.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task KeepToLimitAsync(CancellationToken cancellationToken)
    {
        long rolledUp = 0;
        while (Segments().Sum(static file => new FileInfo(file) is { Exists: true } info ? info.Length : 0) > _limitMB * 1024L * 1024
            && TryLockTotals() is { } held)
        {
            await using (held.ConfigureAwait(false))
            {
                if (OpenOldest() is not { } segment)
                {
                    break;
                }

                rolledUp += await RollUpAsync(segment, cancellationToken).ConfigureAwait(false);
            }
        }

        if (rolledUp > 0)
        {
            Neo4jLog.RolledUp(_logger, _limitMB, _folder, rolledUp);
        }
    }

    private async Task<long> RollUpAsync(SpoolSegment segment, CancellationToken cancellationToken)
    {
        var totals = ReadTotals();
        if (totals?.LastSegment == segment.Name)
        {
            await segment.DeleteAsync().ConfigureAwait(false);
            return 0;
        }

        var (outcomes, _) = await segment.ReadAsync(cancellationToken).ConfigureAwait(false);
        var groups = (totals?.Rows ?? []).Select(static row => row.ToTotals(Hour)).ToDictionary(static sum => sum.Group);
        foreach (var outcome in outcomes)
        {
            var group = OutcomeGroup.Of(outcome, Hour);
            if (!groups.TryGetValue(group, out var sum))
            {
                groups[group] = sum = new() { Group = group };
            }

            sum.Add(outcome);
        }

        WriteTotals(new(totals?.Id ?? Guid.NewGuid(), segment.Name, [.. groups.Values.Select(RollupRow.From)]));
        await segment.DeleteAsync().ConfigureAwait(false);
        return outcomes.Count;
    }

    private FileStream? TryLockTotals()
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(_folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            // Another process has it; it does what is to be done.
            return null;
        }
    }

    private SpooledTotals? ReadTotals()
    {
        if (!File.Exists(TotalsPath))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(TotalsPath), SpoolJsonContext.Default.SpooledTotals);
        }
        catch (JsonException)
        {
            // Replaced as a whole, it is damaged only by a failing disk or by hand. It is put aside, to be looked at, and does not hold up the rest.
            Neo4jLog.DamagedLines(_logger, 1, TotalsPath);
            File.Move(TotalsPath, TotalsPath + ".damaged", overwrite: true);
            return null;
        }
    }

    private void WriteTotals(SpooledTotals totals)
    {
        var temporary = TotalsPath + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, totals, SpoolJsonContext.Default.SpooledTotals);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, TotalsPath, overwrite: true);
    }
}
