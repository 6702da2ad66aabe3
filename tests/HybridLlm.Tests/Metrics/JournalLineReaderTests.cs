using System.Buffers;
using System.Text;
using System.Text.Json;
using HybridLlm.Metrics;

namespace HybridLlm.Tests.Metrics;

/// <summary>The quick reader of lines reads what the serializer reads.</summary>
public sealed class JournalLineReaderTests
{
    [Fact]
    public void What_is_written_is_read_quickly_and_as_the_serializer_does()
    {
        var random = new Random(21);
        for (var i = 0; i < 500; i++)
        {
            var outcome = Outcomes.Full(random, i) with { Model = "m" + random.Next(900), Variant = "phi", Rating = random.Next(2) == 0 ? null : random.NextDouble() };
            var line = Format(outcome);

            Assert.True(JournalLineReader.TryRead(line, out var read), Encoding.UTF8.GetString(line));
            Assert.Equal(outcome, read);
            Assert.Equal(outcome, JournalFormat.ReadUnusual(line));
        }
    }

    [Fact]
    public void Lines_with_random_damage_are_read_as_the_serializer_reads_them_or_left_to_it()
    {
        var random = new Random(22);
        string[] pieces = ["null", "{}", "[1]", "\"\\ud800\"", "\"x\"", "1e999", "-7", "true", "\"NaN\"", ",", "\"id\":", "\"r\":\"0.5\",", "99999999999", "\"c\":7,", "\"s\":\"failed\","];
        var quick = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = Encoding.UTF8.GetString(Format(Outcomes.Full(random, i) with { Model = "m", Variant = "phi" }));
            var at = random.Next(1, text.Length);
            var length = random.Next(3) == 0 ? 0 : random.Next(Math.Min(12, text.Length - at));
            text = text[..at] + (random.Next(4) == 0 ? "" : pieces[random.Next(pieces.Length)]) + text[(at + length)..];
            var line = Encoding.UTF8.GetBytes(text);

            if (Quickly(line) is { } read)
            {
                quick++;
                Assert.Equal(JournalFormat.ReadUnusual(line), read);
            }
        }

        Assert.InRange(quick, 500, 19_000);
    }

    private static CallOutcome? Quickly(byte[] line)
    {
        try
        {
            return JournalLineReader.TryRead(line, out var outcome) ? outcome : null;
        }
        catch (JsonException)
        {
            Assert.Throws<JsonException>(() => JournalFormat.ReadUnusual(line));
            return null;
        }
    }

    private static byte[] Format(CallOutcome outcome)
    {
        var lines = new ArrayBufferWriter<byte>();
        JournalFormat.Write(lines, outcome);
        return lines.WrittenSpan[..^1].ToArray();
    }
}
