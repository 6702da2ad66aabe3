using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Metrics;

/// <summary>Keeps outcomes as lines of JSON in a folder that several processes may share.</summary>
/// <remarks>
/// <para>The folder holds</para>
/// <list type="bullet">
/// <item><c>segment-(start)-(process id)-(random).jsonl</c>: what one process appended, one outcome per line, see <see cref="JournalLine"/>;</item>
/// <item><c>snapshot-(time)-(process id)-(random).jsonl</c>: merged segments, ordered by time;</item>
/// <item><c>sums-(the same).bin</c>: what is in a snapshot, added up, so that reports and starts need not read it, see <see cref="Sums.SumsFormat"/>;</item>
/// <item><c>folder.lock</c>: empty; see <see cref="JournalFolder"/>.</item>
/// </list>
/// <para>
/// Lines that are torn, damaged or longer than 64 KB are skipped, counted and logged. A write that failed ends its segment,
/// so that a torn line is always the last one. An id is taken once: appending an outcome again costs a line until the next
/// merge. Segments whose process is gone are merged when there are eight, or when one holds something to be deleted.
/// </para>
/// </remarks>
internal sealed class JsonMetricsStore : IMetricsStore, IOutcomeAggregator, IAsyncDisposable, IDisposable
{
    private const int WriteBytes = 256 * 1024;
    private const int MostDamagedSums = 32;

    private readonly JournalFolder _folder;
    private readonly JournalLimits _limits;
    private readonly JournalCompactor _compactor;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private JournalSegment? _segment;
    private long _damagedLines;
    private bool _disposed;

    /// <param name="folder">The folder. It is created with the first outcome.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="logger">Told of damaged lines and of merges.</param>
    /// <param name="limits">The sizes; <see langword="null"/> for the usual ones.</param>
    public JsonMetricsStore(string folder, TimeProvider? time = null, ILogger<JsonMetricsStore>? logger = null, JournalLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _folder = new JournalFolder(Path.GetFullPath(folder), time ?? TimeProvider.System);
        _logger = logger ?? NullLogger<JsonMetricsStore>.Instance;
        _limits = limits ?? JournalLimits.Default;
        _compactor = new JournalCompactor(_folder, _limits, _logger);
    }

    /// <summary>Gets the full path of the folder.</summary>
    public string Folder => _folder.Path;

    /// <summary>Gets how many damaged lines were skipped, by all reading and merging so far.</summary>
    public long DamagedLines => Interlocked.Read(ref _damagedLines);

    /// <inheritdoc />
    /// <exception cref="IOException">The outcomes could not be written, or not all. Appending them again is safe.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public async ValueTask AppendAsync(IReadOnlyList<CallOutcome> batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var lines = new ArrayBufferWriter<byte>();
            foreach (var outcome in batch)
            {
                if (JournalFormat.Write(lines, outcome) == 0)
                {
                    MetricsLog.OutcomeTooLong(_logger, outcome.Id, JournalFormat.MaxLineBytes);
                }

                if (lines.WrittenCount >= WriteBytes)
                {
                    await WriteAsync(lines, cancellationToken).ConfigureAwait(false);
                }
            }

            if (lines.WrittenCount > 0)
            {
                await WriteAsync(lines, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    /// <remarks>Sees the files as they are at the beginning. See <see cref="JournalRuns"/> for what it holds in memory.</remarks>
    public async IAsyncEnumerable<CallOutcome> ReadAsync(MetricsQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!_folder.Exists)
        {
            yield break;
        }

        var runs = new JournalRuns(_logger);
        await using (runs.ConfigureAwait(false))
        {
            using (await _folder.LockAsync(exclusive: false, cancellationToken).ConfigureAwait(false))
            {
                _folder.Snapshots.Order(StringComparer.Ordinal).ToList().ForEach(file => runs.AddSnapshot(JournalFolder.OpenShared(file)));
                _folder.Segments.Order(StringComparer.Ordinal).ToList().ForEach(file => runs.AddSegment(JournalFolder.OpenShared(file)));
            }

            try
            {
                await foreach (var outcome in runs.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (query.Matches(outcome))
                    {
                        yield return outcome;
                    }
                }
            }
            finally
            {
                Interlocked.Add(ref _damagedLines, runs.Damaged);
            }
        }
    }

    /// <inheritdoc />
    /// <remarks>Reads the sums of the snapshots, and line by line only what is in none yet.</remarks>
    public async ValueTask<IReadOnlyList<OutcomeTotals>> AggregateAsync(MetricsQuery query, TimeSpan? bucket, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return await ReadSumsAsync(sums => sums.AggregateAsync(query, bucket, cancellationToken), cancellationToken).ConfigureAwait(false) ?? [];
    }

    /// <summary>Reads what learning still needs; <see langword="null"/> when there is nothing.</summary>
    public ValueTask<LearningHistory?> ReadHistoryAsync(CancellationToken cancellationToken) =>
        ReadSumsAsync(sums => sums.ReadHistoryAsync(cancellationToken), cancellationToken);

    /// <inheritdoc />
    /// <remarks>What other processes that are running have in their segments stays until they prune, or until they have ended.</remarks>
    public async ValueTask PruneAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        if (!_folder.Exists)
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await EndSegmentAsync().ConfigureAwait(false);
            using (await _folder.LockAsync(exclusive: true, cancellationToken).ConfigureAwait(false))
            {
                Interlocked.Add(ref _damagedLines, await _compactor.CompactAsync(before, cancellationToken).ConfigureAwait(false));
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            await EndSegmentAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _turn.Wait();
        try
        {
            _disposed = true;
            _segment?.Dispose();
            _segment = null;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<T?> ReadSumsAsync<T>(Func<JournalSums, ValueTask<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        for (var damagedSums = 0; _folder.Exists; damagedSums++)
        {
            JournalView view;
            using (await _folder.LockAsync(exclusive: false, cancellationToken).ConfigureAwait(false))
            {
                view = await JournalView.OpenAsync(_folder, cancellationToken).ConfigureAwait(false);
            }

            await using (view.ConfigureAwait(false))
            {
                var sums = new JournalSums(view, _logger);
                try
                {
                    return await read(sums).ConfigureAwait(false);
                }
                catch (InvalidDataException exception) when (damagedSums < MostDamagedSums)
                {
                    // They are gone now, and the snapshot is read in their place.
                    MetricsLog.DamagedSums(_logger, exception.Message);
                }
                finally
                {
                    Interlocked.Add(ref _damagedLines, sums.Damaged);
                }
            }
        }

        return null;
    }

    private async ValueTask WriteAsync(ArrayBufferWriter<byte> lines, CancellationToken cancellationToken)
    {
        var segment = await GetSegmentAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await segment.AppendAsync(lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
            lines.ResetWrittenCount();
        }
        catch
        {
            // It may end in half a line now; what comes next must not be glued to that.
            await EndSegmentAsync().ConfigureAwait(false);
            throw;
        }

        if (segment.Length >= _limits.SegmentBytes)
        {
            await EndSegmentAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<JournalSegment> GetSegmentAsync(CancellationToken cancellationToken)
    {
        if (_segment is not null && !File.Exists(_segment.File))
        {
            MetricsLog.SegmentGone(_logger, _segment.File);
            await EndSegmentAsync().ConfigureAwait(false);
        }

        if (_segment is null)
        {
            _folder.Create();
            await MergeIfManyAsync(cancellationToken).ConfigureAwait(false);
            using (await _folder.LockAsync(exclusive: false, cancellationToken).ConfigureAwait(false))
            {
                _segment = new JournalSegment(_folder.CreateSegment());
            }
        }

        return _segment;
    }

    private async ValueTask EndSegmentAsync()
    {
        if (_segment is { } segment)
        {
            _segment = null;
            await segment.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask MergeIfManyAsync(CancellationToken cancellationToken)
    {
        if (_folder.Segments.Count() < _limits.MergeSegments)
        {
            return;
        }

        try
        {
            // Somebody else has it: then it is being read, or merged already.
            using var held = _folder.TryLock(exclusive: true);
            if (held is not null)
            {
                Interlocked.Add(ref _damagedLines, await _compactor.CompactAsync(DateTimeOffset.MinValue, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            MetricsLog.CompactionFailed(_logger, _folder.Path, exception.Message, exception);
        }
    }
}
