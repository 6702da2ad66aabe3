using System.Buffers.Binary;
using HybridLlm.Metrics.Sums;

namespace HybridLlm.Tests.Metrics;

/// <summary>Outcomes as files of sums hold them.</summary>
public sealed class RecentRecordTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_written_is_read_again_one_record_after_another(int seed)
    {
        var random = new Random(seed);
        var outcomes = Enumerable.Range(0, 500).Select(_ => Draw(random)).ToList();
        var (records, names) = Write(outcomes);

        foreach (var expected in outcomes)
        {
            var (length, ticks) = RecentRecord.Peek(records);
            var actual = RecentRecord.Read(records, new(expected.Model, expected.TaskType, expected.Complexity), names);

            Assert.Equal(expected, actual);
            Assert.Equal(expected.Timestamp.Offset, actual.Timestamp.Offset);
            Assert.Equal(expected.Timestamp.UtcTicks, ticks);
            records = records[length..];
        }

        Assert.Empty(records);
    }

    [Fact]
    public void A_record_that_ends_too_early_is_told_as_damage()
    {
        var outcome = Draw(new Random(5));
        var (records, names) = Write([outcome]);
        for (var length = 0; length < records.Length; length++)
        {
            var cut = records[..length];
            Assert.Throws<InvalidDataException>(() => RecentRecord.Peek(cut));
            Assert.Throws<InvalidDataException>(() => RecentRecord.Read(cut, new(outcome.Model, outcome.TaskType, outcome.Complexity), names));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(int.MaxValue)]
    public void A_length_that_cannot_be_is_told_as_damage(int length)
    {
        var (records, _) = Write([Draw(new Random(6))]);
        BinaryPrimitives.WriteInt32LittleEndian(records, length);

        Assert.Throws<InvalidDataException>(() => RecentRecord.Peek(records));
    }

    private static (byte[] Records, string?[] Names) Write(IEnumerable<CallOutcome> outcomes)
    {
        using var stream = new MemoryStream();
        using var table = new MemoryStream();
        var writer = new BinaryWriter(stream);
        var names = new NameTable();
        foreach (var outcome in outcomes)
        {
            RecentRecord.Write(stream, writer, outcome, names);
        }

        names.Write(new(table));
        var reader = new SpanReader(table.ToArray());
        return (stream.ToArray(), NameTable.Read(ref reader));
    }

    private static CallOutcome Draw(Random random)
    {
        return new()
        {
            Id = Guid.NewGuid(),
            Timestamp = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.FromMinutes(random.Next(-3, 4) * 45)).AddTicks(random.NextInt64(1L << 50)),
            RequestId = string.Concat(Enumerable.Repeat("qü🙂", random.Next(90))),
            Provider = Name() ?? "",
            Model = "m",
            ModelVersion = Name(),
            TaskType = "t",
            Complexity = (ComplexityLevel)random.Next(3),
            Status = (OutcomeStatus)random.Next(6),
            Error = random.Next(2) == 0 ? (ProviderErrorKind)random.Next(9) : null,
            DurationMs = random.Next(5) == 0 ? double.NaN : random.NextDouble() * 1e5,
            TimeToFirstTokenMs = Number(),
            InputTokens = Count(),
            OutputTokens = Count(),
            TokensPerSecond = Number(),
            Streamed = random.Next(2) == 0,
            Attempt = random.Next(1, 9),
            IsFallback = random.Next(2) == 0,
            Rating = Number(),
            Confidence = Number(),
            Experiment = Name(),
            Variant = Name(),
        };

        string? Name() => random.Next(3) == 0 ? null : "name-" + random.Next(20);
        double? Number() => random.Next(2) == 0 ? null : random.NextDouble();
        int? Count() => random.Next(2) == 0 ? null : random.Next(-1, int.MaxValue);
    }
}
