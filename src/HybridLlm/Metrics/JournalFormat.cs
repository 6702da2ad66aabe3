using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace HybridLlm.Metrics;

/// <summary>Turns outcomes into lines of JSON and back.</summary>
internal static class JournalFormat
{
    /// <summary>The longest line, without its end; a hundred times the usual one. Bounds what a reader has to hold of a damaged file.</summary>
    public const int MaxLineBytes = 64 * 1024;

    /// <summary>Appends an outcome as a line.</summary>
    /// <param name="lines">Takes the line.</param>
    /// <param name="outcome">The outcome, with whatever values.</param>
    /// <returns>How many bytes were appended; 0 when the line would be too long.</returns>
    public static int Write(IBufferWriter<byte> lines, CallOutcome outcome)
    {
        var line = Format(outcome);
        if (line.Length > MaxLineBytes)
        {
            return 0;
        }

        lines.Write(line);
        lines.Write("\n"u8);
        return line.Length + 1;
    }

    /// <summary>Returns how many bytes an outcome takes.</summary>
    public static int Measure(CallOutcome outcome) => Format(outcome).Length + 1;

    /// <summary>Reads a line.</summary>
    /// <param name="line">Its bytes, whatever they are.</param>
    /// <returns>The outcome; <see langword="null"/> when the line is damaged.</returns>
    public static CallOutcome? Read(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
        {
            return null;
        }

        try
        {
            return JournalLineReader.TryRead(line, out var usual) ? usual : ReadUnusual(line);
        }
        catch (JsonException)
        {
            // A damaged line is what this method is asked about; the caller counts it.
            return null;
        }
    }

    /// <summary>Reads a line of whatever version, by the serializer.</summary>
    /// <exception cref="JsonException">It is damaged.</exception>
    public static CallOutcome? ReadUnusual(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        var outcome = JsonSerializer.Deserialize(ref reader, JournalJsonContext.Default.JournalLine)?.ToOutcome();
        return IsEmpty(line[(int)reader.BytesConsumed..]) ? outcome : null;
    }

    /// <summary>Tells whether a line holds nothing but white space.</summary>
    public static bool IsEmpty(ReadOnlySpan<byte> line) => line.TrimStart(" \t\r"u8).IsEmpty;

    private static byte[] Format(CallOutcome outcome) =>
        JsonSerializer.SerializeToUtf8Bytes(JournalLine.From(outcome), JournalJsonContext.Default.JournalLine);
}
