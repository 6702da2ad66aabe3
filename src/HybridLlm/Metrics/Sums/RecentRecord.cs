using System.Buffers.Binary;

namespace HybridLlm.Metrics.Sums;

/// <summary>An outcome in a file of sums: some ten times as fast to read as a line of JSON. Its model, task and complexity are those of its chunk.</summary>
/// <remarks>Its length comes first and then its time, so that records are put in order before they are read.</remarks>
internal static class RecentRecord
{
    private const int LengthBytes = sizeof(int);
    private const int LeastBytes = LengthBytes + sizeof(long);

    [Flags]
    private enum Parts
    {
        None = 0,
        Error = 1 << 0,
        FirstToken = 1 << 1,
        InputTokens = 1 << 2,
        OutputTokens = 1 << 3,
        Pace = 1 << 4,
        Rating = 1 << 5,
        Confidence = 1 << 6,
        Streamed = 1 << 7,
        Fallback = 1 << 8,
        Experiment = 1 << 9,
        Offset = 1 << 10,
    }

    /// <summary>Appends an outcome.</summary>
    /// <param name="stream">Takes it.</param>
    /// <param name="writer">Writes to the stream.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="names">Numbers names.</param>
    public static void Write(MemoryStream stream, BinaryWriter writer, CallOutcome outcome, NameTable names)
    {
        var start = stream.Position;
        writer.Write(0);
        writer.Write(outcome.Timestamp.UtcTicks);
        writer.Write(outcome.Id.ToByteArray(bigEndian: true));
        var parts = PartsOf(outcome);
        writer.Write((ushort)parts);
        writer.Write7BitEncodedInt64((int)outcome.Status);
        writer.Write7BitEncodedInt64(names.NumberOf(outcome.Provider));
        writer.Write7BitEncodedInt64(names.NumberOf(outcome.ModelVersion));
        writer.Write(outcome.RequestId);
        writer.Write(outcome.Attempt);
        writer.Write(outcome.DurationMs);
        WriteParts(writer, outcome, parts, names);
        BinaryPrimitives.WriteInt32LittleEndian(stream.GetBuffer().AsSpan((int)start), (int)(stream.Position - start));
    }

    /// <summary>Reads the length and the time of the next record.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static (int Length, long Ticks) Peek(ReadOnlySpan<byte> bytes)
    {
        var reader = new SpanReader(bytes);
        var length = reader.ReadInt32();
        return length >= LeastBytes && length <= bytes.Length
            ? (length, reader.ReadInt64())
            : throw new InvalidDataException("The file of sums holds a record of impossible length.");
    }

    /// <summary>Reads an outcome.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static CallOutcome Read(ReadOnlySpan<byte> bytes, CellKey cell, string?[] names)
    {
        var reader = new SpanReader(bytes);
        reader.Take(LengthBytes);
        var ticks = reader.ReadInt64();
        var id = reader.ReadGuid();
        var parts = (Parts)reader.ReadUInt16();
        var status = (OutcomeStatus)reader.ReadCount();
        var provider = names[reader.ReadIndex(names.Length)] ?? "";
        var version = names[reader.ReadIndex(names.Length)];
        var request = reader.ReadString();
        var attempt = reader.ReadInt32();
        var duration = reader.ReadDouble();

        // An initializer runs in the order of its lines, which is that of the parts.
        return new()
        {
            Id = id,
            RequestId = request,
            Provider = provider,
            Model = cell.Model,
            ModelVersion = version,
            TaskType = cell.TaskType,
            Complexity = cell.Complexity,
            Status = status,
            Attempt = attempt,
            DurationMs = duration,
            Streamed = Has(parts, Parts.Streamed),
            IsFallback = Has(parts, Parts.Fallback),
            Error = Has(parts, Parts.Error) ? (ProviderErrorKind)reader.ReadCount() : null,
            TimeToFirstTokenMs = Has(parts, Parts.FirstToken) ? reader.ReadDouble() : null,
            InputTokens = Has(parts, Parts.InputTokens) ? reader.ReadInt32() : null,
            OutputTokens = Has(parts, Parts.OutputTokens) ? reader.ReadInt32() : null,
            TokensPerSecond = Has(parts, Parts.Pace) ? reader.ReadDouble() : null,
            Rating = Has(parts, Parts.Rating) ? reader.ReadDouble() : null,
            Confidence = Has(parts, Parts.Confidence) ? reader.ReadDouble() : null,
            Experiment = Has(parts, Parts.Experiment) ? names[reader.ReadIndex(names.Length)] : null,
            Variant = Has(parts, Parts.Experiment) ? names[reader.ReadIndex(names.Length)] : null,
            Timestamp = TimeOf(ticks, Has(parts, Parts.Offset) ? reader.ReadInt32() : 0),
        };
    }

    private static Parts PartsOf(CallOutcome outcome) =>
        (outcome.Error is null ? 0 : Parts.Error)
        | (outcome.TimeToFirstTokenMs is null ? 0 : Parts.FirstToken)
        | (outcome.InputTokens is null ? 0 : Parts.InputTokens)
        | (outcome.OutputTokens is null ? 0 : Parts.OutputTokens)
        | (outcome.TokensPerSecond is null ? 0 : Parts.Pace)
        | (outcome.Rating is null ? 0 : Parts.Rating)
        | (outcome.Confidence is null ? 0 : Parts.Confidence)
        | (outcome.Streamed ? Parts.Streamed : 0)
        | (outcome.IsFallback ? Parts.Fallback : 0)
        | (outcome.Experiment is null && outcome.Variant is null ? 0 : Parts.Experiment)
        | (outcome.Timestamp.Offset == TimeSpan.Zero ? 0 : Parts.Offset);

    private static void WriteParts(BinaryWriter writer, CallOutcome outcome, Parts parts, NameTable names)
    {
        if (outcome.Error is { } error)
        {
            writer.Write7BitEncodedInt64((int)error);
        }

        Write(outcome.TimeToFirstTokenMs);
        WriteCount(outcome.InputTokens);
        WriteCount(outcome.OutputTokens);
        Write(outcome.TokensPerSecond);
        Write(outcome.Rating);
        Write(outcome.Confidence);
        if (Has(parts, Parts.Experiment))
        {
            writer.Write7BitEncodedInt64(names.NumberOf(outcome.Experiment));
            writer.Write7BitEncodedInt64(names.NumberOf(outcome.Variant));
        }

        if (Has(parts, Parts.Offset))
        {
            writer.Write((int)outcome.Timestamp.Offset.TotalMinutes);
        }

        void Write(double? value)
        {
            if (value is { } number)
            {
                writer.Write(number);
            }
        }

        void WriteCount(int? value)
        {
            if (value is { } number)
            {
                writer.Write(number);
            }
        }
    }

    private static bool Has(Parts parts, Parts part) => (parts & part) != 0;

    private static DateTimeOffset TimeOf(long ticks, int offsetMinutes)
    {
        var offset = TimeSpan.FromMinutes(offsetMinutes);
        return new(ticks + offset.Ticks, offset);
    }
}
