using HybridLlm.Metrics.Reports;

namespace HybridLlm.Metrics.Sums;

/// <summary>Makes the file of sums of a snapshot while the snapshot is written.</summary>
/// <param name="merged">The names of the files that went into the snapshot. Until they are deleted, readers leave them out.</param>
internal sealed class SumsBuilder(IEnumerable<string> merged)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly OutcomeFold _hours = new(MetricsQuery.All, Hour);
    private readonly List<Guid> _ids = [];
    private readonly RecentOutcomes _recent = new();
    private readonly Dictionary<CellKey, CellCount> _cells = [];
    private long _first = long.MaxValue;
    private long _last = long.MinValue;

    /// <summary>Takes the next outcome of the snapshot.</summary>
    public void Add(CallOutcome outcome)
    {
        _hours.Add(outcome);
        _ids.Add(outcome.Id);
        _recent.Add(outcome);
        _first = Math.Min(_first, outcome.Timestamp.UtcTicks);
        _last = Math.Max(_last, outcome.Timestamp.UtcTicks);
        var cell = new CellKey(outcome.Model, outcome.TaskType, outcome.Complexity);
        if (!_cells.TryGetValue(cell, out var count))
        {
            _cells.Add(cell, count = new CellCount());
        }

        count.Add(outcome);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Takes it.</param>
    /// <param name="snapshotBytes">The length of the snapshot: sums of another length are not its own.</param>
    public void Write(Stream stream, long snapshotBytes)
    {
        var names = new NameTable();
        using var head = new MemoryStream();
        using var rows = new MemoryStream();
        using var ids = new MemoryStream(_ids.Count * 16);
        using var recent = new MemoryStream();
        WriteRows(new(rows), names);
        WriteIds(ids);
        WriteHead(new(head), names, snapshotBytes, recent);

        ReadOnlySpan<MemoryStream> sections = [head, rows, ids, recent];
        using var header = new MemoryStream();
        var writer = new BinaryWriter(header);
        writer.Write(SumsFormat.Magic);
        long position = SumsFormat.HeaderBytes;
        foreach (var section in sections)
        {
            writer.Write(position);
            writer.Write(section.Length);
            writer.Write(SumsFormat.Checksum(section.GetBuffer().AsSpan(0, (int)section.Length)));
            position += section.Length;
        }

        writer.Write(SumsFormat.Checksum(header.GetBuffer().AsSpan(0, (int)header.Length)));
        header.WriteTo(stream);
        foreach (var section in sections)
        {
            section.WriteTo(stream);
        }
    }

    private void WriteHead(BinaryWriter writer, NameTable names, long snapshotBytes, MemoryStream recent)
    {
        using var index = new MemoryStream();
        _recent.Write(new(index), names, recent);
        using var cells = new MemoryStream();
        WriteCells(new(cells), names);
        writer.Write(snapshotBytes);
        writer.Write7BitEncodedInt64(_ids.Count);
        writer.Write(_first);
        writer.Write(_last);
        writer.Write(_ids.Count == 0 ? new byte[16] : _ids[0].ToByteArray(bigEndian: true));
        writer.Write(_ids.Count == 0 ? new byte[16] : _ids[^1].ToByteArray(bigEndian: true));
        var files = merged.ToList();
        writer.Write7BitEncodedInt64(files.Count);
        files.ForEach(writer.Write);
        names.Write(writer);
        writer.Flush();
        cells.WriteTo(writer.BaseStream);
        index.WriteTo(writer.BaseStream);
    }

    private void WriteCells(BinaryWriter writer, NameTable names)
    {
        writer.Write7BitEncodedInt64(_cells.Count);
        foreach (var (cell, count) in _cells)
        {
            writer.Write7BitEncodedInt64(names.NumberOf(cell.Model));
            writer.Write7BitEncodedInt64(names.NumberOf(cell.TaskType));
            writer.Write((int)cell.Complexity);
            writer.Write7BitEncodedInt64(count.Attempts);
            writer.Write7BitEncodedInt64(count.Successes);
            writer.Write(count.Score);
            writer.Write(count.LastTicks);
        }
    }

    private void WriteRows(BinaryWriter writer, NameTable names)
    {
        foreach (var totals in _hours.Totals)
        {
            var group = totals.Group;
            writer.Write(group.Start!.Value.UtcTicks);
            writer.Write7BitEncodedInt64(names.NumberOf(group.Provider));
            writer.Write7BitEncodedInt64(names.NumberOf(group.Model));
            writer.Write7BitEncodedInt64(names.NumberOf(group.ModelVersion));
            writer.Write7BitEncodedInt64(names.NumberOf(group.TaskType));
            writer.Write((int)group.Complexity);
            TotalsRow.Write(writer, totals);
        }
    }

    private void WriteIds(MemoryStream stream)
    {
        // As the bytes of a UUID sort: those of version 7 then sort by time, and what is new is beyond the last.
        _ids.Sort();
        Span<byte> bytes = stackalloc byte[16];
        foreach (var id in _ids)
        {
            id.TryWriteBytes(bytes, bigEndian: true, out _);
            stream.Write(bytes);
        }
    }
}
