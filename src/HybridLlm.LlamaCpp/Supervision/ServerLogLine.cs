using System.Buffers;
using Microsoft.Extensions.Logging;

namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Reads the level off a line of llama-server's log, such as <c>0.00.022.989 E srv  start: couldn't bind …</c>.</summary>
internal static class ServerLogLine
{
    // A warning to llama-server, and what every cache does once it is full: a busy server says it with most requests.
    private const string CacheIsFull = "making room for prompt cache entry";

    private static readonly SearchValues<char> Quotes = SearchValues.Create("{\"'`");
    private static readonly SearchValues<char> Timestamp = SearchValues.Create("0123456789.");

    /// <summary>Leaves of a line what is not quoted in it: llama-server quotes prompts and answers that it cannot read, as JSON or in quotation marks.</summary>
    /// <param name="line">The line.</param>
    /// <returns>The line up to the first quotation.</returns>
    public static string WithoutContents(string line)
    {
        for (var i = line.AsSpan().IndexOfAny(Quotes); i >= 0 && i < line.Length; i++)
        {
            // An apostrophe within a word quotes nothing.
            if (Quotes.Contains(line[i]) && !(line[i] == '\'' && i > 0 && char.IsLetter(line[i - 1])))
            {
                return string.Concat(line.AsSpan(0, i), "…");
            }
        }

        return line;
    }

    /// <summary>Gets the level at which the line is logged here.</summary>
    /// <param name="line">The line.</param>
    /// <returns><see cref="LogLevel.Warning"/> for the server's warnings and errors, otherwise, and where they only tell of daily business, <see cref="LogLevel.Debug"/>.</returns>
    public static LogLevel LevelOf(ReadOnlySpan<char> line)
    {
        var rest = line.TrimStart();
        var stamp = rest.IndexOfAnyExcept(Timestamp);
        if (stamp > 0 && rest[stamp] == ' ')
        {
            rest = rest[(stamp + 1)..];
        }

        var marked = rest.Length > 1 && rest[0] is 'W' or 'E' && rest[1] == ' ';
        return (marked && !rest.Contains(CacheIsFull, StringComparison.Ordinal)) || rest.StartsWith("error:", StringComparison.OrdinalIgnoreCase) ? LogLevel.Warning : LogLevel.Debug;
    }
}
