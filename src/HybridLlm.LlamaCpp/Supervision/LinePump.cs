using System.Text;

namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Cuts what a process writes into lines. A reader that never stops reading keeps the process from blocking on a full pipe.</summary>
internal static class LinePump
{
    /// <summary>How much of a line is kept; the rest of a longer one is dropped.</summary>
    public const int MaxLineLength = 2_000;

    /// <summary>Reads to the end.</summary>
    /// <param name="reader">What the process writes.</param>
    /// <param name="output">Takes each line that is not blank.</param>
    /// <returns>A task that completes when the process has closed its end.</returns>
    public static async Task RunAsync(TextReader reader, Action<string> output)
    {
        var buffer = new char[4_096];
        var line = new StringBuilder(256);
        int read;
        while ((read = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            var rest = buffer.AsSpan(0, read);
            for (var end = rest.IndexOfAny('\n', '\r'); end >= 0; end = rest.IndexOfAny('\n', '\r'))
            {
                Append(line, rest[..end]);
                Emit(line, output);
                rest = rest[(end + 1)..];
            }

            Append(line, rest);
        }

        Emit(line, output);
    }

    private static void Append(StringBuilder line, ReadOnlySpan<char> text) =>
        line.Append(text[..Math.Min(text.Length, MaxLineLength - line.Length)]);

    private static void Emit(StringBuilder line, Action<string> output)
    {
        var text = line.ToString();
        line.Clear();
        if (!string.IsNullOrWhiteSpace(text))
        {
            output(text);
        }
    }
}
