using System.Globalization;
using HybridLlm.Tool.Files;

namespace HybridLlm.Tool.Reports;

/// <summary>Times as people write them.</summary>
internal static class TimeSpans
{
    /// <summary>Reads <c>12h</c>, <c>7d</c> or <c>2w</c>.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public static TimeSpan Parse(string option, string text)
    {
        var hours = text.Length == 0 ? 0 : text[^1] switch
        {
            'h' => 1,
            'd' => 24,
            'w' => 7 * 24,
            _ => 0,
        };
        return hours > 0 && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 100_000
            ? TimeSpan.FromHours((long)hours * count)
            : throw new InputException($"{option} {text}: give a number of hours, days or weeks, such as 12h, 7d or 2w.");
    }

    /// <summary>Reads a time; without an offset it is one of UTC.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public static DateTimeOffset ParseTime(string option, string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new InputException($"{option} {text}: give a time, such as 2030-01-31 or 2030-01-31T12:00:00Z.");
}
