using HybridLlm.Metrics.Reports;

namespace HybridLlm.Metrics.Sums;

/// <summary>The sums of a snapshot: its totals by the hour, the ids that it holds, and the latest lines of each cell.</summary>
internal sealed class SumsFile : IAsyncDisposable
{
    private const int MostBytesAtOnce = 4 << 20;

    private readonly FileStream _stream;
    private readonly (long Position, long Length, ulong Checksum)[] _sections;
    private string?[] _names = [];
    private Guid _firstId;
    private Guid _lastId;
    private byte[]? _ids;

    private SumsFile(FileStream stream, (long, long, ulong)[] sections)
    {
        _stream = stream;
        _sections = sections;
    }

    /// <summary>Gets how many outcomes the snapshot holds.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the time of the earliest outcome, in ticks of UTC.</summary>
    public long FirstTicks { get; private set; }

    /// <summary>Gets the time of the latest outcome, in ticks of UTC.</summary>
    public long LastTicks { get; private set; }

    /// <summary>Gets the names of the files that went into the snapshot. One that is still there is to be left out.</summary>
    public IReadOnlyList<string> Merged { get; private set; } = [];

    /// <summary>Gets how many attempts there were of each cell.</summary>
    public Dictionary<CellKey, CellCount> Cells { get; } = [];

    /// <summary>Gets where the latest outcomes of each cell stand, in their order in the file.</summary>
    public List<RecentChunk> Chunks { get; } = [];

    /// <summary>Gets the names that records refer to by number.</summary>
    public string?[] Names => _names;

    /// <summary>Opens the sums of a snapshot.</summary>
    /// <param name="file">The file of sums.</param>
    /// <param name="snapshotBytes">The length of the snapshot.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The sums; <see langword="null"/> when there are none, or damaged ones, or those of another snapshot.</returns>
    public static async ValueTask<SumsFile?> OpenAsync(string file, long snapshotBytes, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var stream = JournalFolder.OpenShared(file);
        SumsFile? sums = null;
        try
        {
            sums = await OpenAsync(stream, snapshotBytes, cancellationToken).ConfigureAwait(false);
            return sums;
        }
        catch (InvalidDataException)
        {
            // Damaged: the snapshot itself is as good, and the next merge makes new sums.
            return null;
        }
        finally
        {
            if (sums is null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Adds the totals that a query asks for.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public async ValueTask AddToAsync(OutcomeFold fold, MetricsQuery query, TimeSpan? bucket, CancellationToken cancellationToken)
    {
        if ((query.From is { } from && LastTicks < from.UtcTicks) || (query.To is { } to && FirstTicks >= to.UtcTicks))
        {
            return;
        }

        AddRows(await ReadSectionAsync(SumsFormat.Rows, cancellationToken).ConfigureAwait(false), fold, query, bucket);
    }

    /// <summary>Tells whether the snapshot holds an outcome.</summary>
    /// <exception cref="InvalidDataException">The ids are damaged.</exception>
    public async ValueTask<bool> HoldsAsync(Guid id, CancellationToken cancellationToken)
    {
        if (Count == 0 || id.CompareTo(_firstId) < 0 || id.CompareTo(_lastId) > 0)
        {
            return false;
        }

        _ids ??= await ReadSectionAsync(SumsFormat.Ids, cancellationToken).ConfigureAwait(false);
        return SortedIds.Holds(_ids, id);
    }

    /// <summary>Reads the latest outcomes of cells, as few times as it can: each read waits for a thread.</summary>
    /// <param name="chunks">Which, in their order in the file.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The records of each.</returns>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public async ValueTask<List<(RecentChunk Chunk, ReadOnlyMemory<byte> Records)>> ReadRecentAsync(List<RecentChunk> chunks, CancellationToken cancellationToken)
    {
        var read = new List<(RecentChunk, ReadOnlyMemory<byte>)>(chunks.Count);
        for (var (first, next) = (0, 0); first < chunks.Count; first = next)
        {
            var length = 0;
            while (next < chunks.Count && chunks[next].Position == chunks[first].Position + length && (length == 0 || length < MostBytesAtOnce))
            {
                length += chunks[next++].Length;
            }

            var bytes = await ReadAsync(_sections[SumsFormat.Recent].Position + chunks[first].Position, length, cancellationToken).ConfigureAwait(false);
            for (var chunk = first; chunk < next; chunk++)
            {
                var records = bytes.AsMemory((int)(chunks[chunk].Position - chunks[first].Position), chunks[chunk].Length);
                Verify(records.Span, chunks[chunk].Checksum);
                read.Add((chunks[chunk], records));
            }
        }

        return read;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async ValueTask<SumsFile> OpenAsync(FileStream stream, long snapshotBytes, CancellationToken cancellationToken)
    {
        var header = new byte[SumsFormat.HeaderBytes];
        if (!await TryReadAsync(stream, 0, header, cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidDataException("The file of sums ends too early.");
        }

        var sums = new SumsFile(stream, ReadHeader(header));
        sums.ReadHead(await sums.ReadSectionAsync(SumsFormat.Head, cancellationToken).ConfigureAwait(false), snapshotBytes);
        return sums;
    }

    private static (long, long, ulong)[] ReadHeader(byte[] header)
    {
        var reader = new SpanReader(header);
        if (reader.ReadUInt64() != SumsFormat.Magic || SumsFormat.Checksum(header.AsSpan(..^8)) != new SpanReader(header.AsSpan(^8..)).ReadUInt64())
        {
            throw new InvalidDataException("The file holds no sums of this version.");
        }

        var sections = new (long, long, ulong)[SumsFormat.Sections];
        for (var i = 0; i < sections.Length; i++)
        {
            sections[i] = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64());
        }

        return sections;
    }

    private static async ValueTask<bool> TryReadAsync(FileStream stream, long position, byte[] bytes, CancellationToken cancellationToken)
    {
        var read = 0;
        for (var part = 1; part > 0 && read < bytes.Length; read += part)
        {
            part = await RandomAccess.ReadAsync(stream.SafeFileHandle, bytes.AsMemory(read), position + read, cancellationToken).ConfigureAwait(false);
        }

        return read == bytes.Length;
    }

    private async ValueTask<byte[]> ReadSectionAsync(int number, CancellationToken cancellationToken)
    {
        var (position, length, checksum) = _sections[number];
        var bytes = await ReadAsync(position, length, cancellationToken).ConfigureAwait(false);
        Verify(bytes, checksum);
        return bytes;
    }

    private async ValueTask<byte[]> ReadAsync(long position, long length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        return await TryReadAsync(_stream, position, bytes, cancellationToken).ConfigureAwait(false) ? bytes : throw Discard();
    }

    private void Verify(ReadOnlySpan<byte> bytes, ulong checksum)
    {
        if (SumsFormat.Checksum(bytes) != checksum)
        {
            throw Discard();
        }
    }

    /// <summary>Deletes the file: without it the snapshot itself is read, and the next merge makes a new one.</summary>
    private InvalidDataException Discard()
    {
        File.Delete(_stream.Name);
        return new($"The file of sums '{_stream.Name}' is damaged and was deleted.");
    }

    private void ReadHead(byte[] head, long snapshotBytes)
    {
        var reader = new SpanReader(head);
        if (reader.ReadInt64() != snapshotBytes)
        {
            throw new InvalidDataException("The sums are those of another snapshot.");
        }

        Count = reader.ReadCount();
        FirstTicks = reader.ReadInt64();
        LastTicks = reader.ReadInt64();
        _firstId = reader.ReadGuid();
        _lastId = reader.ReadGuid();
        var merged = new string[reader.ReadIndex(1 << 20)];
        for (var i = 0; i < merged.Length; i++)
        {
            merged[i] = reader.ReadString();
        }

        Merged = merged;
        _names = NameTable.Read(ref reader);
        for (var cells = reader.ReadCount(); cells > 0; cells--)
        {
            Cells.Add(ReadCell(ref reader), new CellCount
            {
                Attempts = reader.ReadCount(),
                Successes = reader.ReadCount(),
                Score = reader.ReadDouble(),
                LastTicks = reader.ReadInt64(),
            });
        }

        long position = 0;
        for (var chunks = reader.ReadCount(); chunks > 0; chunks--)
        {
            var cell = ReadCell(ref reader);
            var isRatings = reader.Take(1)[0] != 0;
            var count = reader.ReadIndex(int.MaxValue);
            var sum = new CellCount { Attempts = reader.ReadCount(), Successes = reader.ReadCount(), Score = reader.ReadDouble() };
            var chunk = new RecentChunk(cell, isRatings, count, sum, position, reader.ReadIndex(int.MaxValue), reader.ReadUInt64());
            Chunks.Add(chunk);
            position += chunk.Length;
        }
    }

    private CellKey ReadCell(ref SpanReader reader) =>
        new(_names[reader.ReadIndex(_names.Length)] ?? "", _names[reader.ReadIndex(_names.Length)] ?? "", (ComplexityLevel)reader.ReadInt32());

    private void AddRows(byte[] rows, OutcomeFold fold, MetricsQuery query, TimeSpan? bucket)
    {
        var from = query.From?.UtcTicks ?? long.MinValue;
        var to = query.To?.UtcTicks ?? long.MaxValue;
        var sums = new Dictionary<(long Start, int Provider, int Model, int Version, int Task, int Complexity), OutcomeTotals>();
        var reader = new SpanReader(rows);
        while (!reader.IsAtEnd)
        {
            var hour = reader.ReadInt64();
            var (provider, model) = (reader.ReadIndex(_names.Length), reader.ReadIndex(_names.Length));
            var (version, task) = (reader.ReadIndex(_names.Length), reader.ReadIndex(_names.Length));
            var complexity = reader.ReadInt32();
            if (hour < from || hour >= to || IsOther(query.Provider, provider) || IsOther(query.Model, model) || IsOther(query.TaskType, task))
            {
                TotalsRow.AddTo(null, ref reader);
                continue;
            }

            var start = bucket is { } length ? hour - (hour % length.Ticks) : -1;
            var key = (start, provider, model, version, task, complexity);
            if (!sums.TryGetValue(key, out var sum))
            {
                sums.Add(key, sum = fold.Of(new(
                    _names[provider] ?? "",
                    _names[model] ?? "",
                    _names[version],
                    _names[task] ?? "",
                    (ComplexityLevel)complexity,
                    start < 0 ? null : new DateTimeOffset(start, TimeSpan.Zero))));
            }

            TotalsRow.AddTo(sum, ref reader);
        }
    }

    private bool IsOther(string? wanted, int name) => wanted is not null && _names[name] != wanted;
}
