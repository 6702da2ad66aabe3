using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HybridLlm.OpenAICompatible.Errors;

/// <summary>Reads how long a server asks to be left alone.</summary>
/// <remarks>
/// In this order: <c>retry-after-ms</c>, <c>retry-after</c> (seconds with or without a fraction, or a date), the latest <c>x-ratelimit-reset-*</c> of a limit that is used up
/// (a duration such as <c>6m0s</c>, or seconds), then what the body said (<c>retryDelay</c>, or "retry in 58.9s").
/// </remarks>
internal static partial class RetryHints
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Adds the hint of an answer's headers to an error.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="error">The error.</param>
    /// <param name="clock">Tells how far away a date is.</param>
    /// <returns>The error.</returns>
    internal static OpenAIError Read(HttpResponseMessage response, OpenAIError error, TimeProvider clock)
    {
        var hint = (Header(response, "retry-after-ms") is { } ms && TryNumber(ms, out var value) ? FromSeconds(value / 1000) : null)
            ?? RetryAfter(response, clock)
            ?? (error.Status == 429 ? LatestReset(response) : null)
            ?? error.RetryAfter
            ?? (RetryInPattern().Match(error.Message) is { Success: true } match ? ParseDuration(match.Groups[1].ValueSpan) : null);
        return error with { RetryAfter = hint };
    }

    /// <summary>Reads the <c>retryDelay</c> of a google.rpc error's <c>details</c>.</summary>
    /// <param name="error">The error object.</param>
    /// <returns>The delay; <see langword="null"/> if there is none.</returns>
    internal static TimeSpan? ReadDetails(JsonElement error)
    {
        if (error.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Array)
        {
            foreach (var detail in details.EnumerateArray())
            {
                if (detail.ValueKind == JsonValueKind.Object && detail.TryGetProperty("retryDelay", out var delay) && delay.ValueKind == JsonValueKind.String)
                {
                    return ParseDuration(delay.GetString());
                }
            }
        }

        return null;
    }

    /// <summary>Parses a duration as Go writes it, such as <c>1h2m3.5s</c> or <c>12ms</c>, or a bare number of seconds.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The duration; <see langword="null"/> if the text is none, or it is negative.</returns>
    internal static TimeSpan? ParseDuration(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (TryNumber(text, out var bare))
        {
            return FromSeconds(bare);
        }

        var seconds = 0.0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !TryNumber(text[..digits], out var number))
            {
                return null;
            }

            text = text[digits..];
            var letters = text.IndexOfAny(NumberCharacters);
            var unit = letters < 0 ? text : text[..letters];
            double? factor = unit switch { "h" => 3600, "m" => 60, "s" => 1, "ms" => 1e-3, "us" or "µs" => 1e-6, "ns" => 1e-9, _ => null };
            if (factor is null)
            {
                return null;
            }

            seconds += number * factor.Value;
            text = text[unit.Length..];
        }

        return FromSeconds(seconds);
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        if (Header(response, "retry-after") is not { } text)
        {
            return null;
        }

        if (TryNumber(text, out var seconds))
        {
            return FromSeconds(seconds);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? FromSeconds(Math.Max(0, (date - clock.GetUtcNow()).TotalSeconds))
            : null;
    }

    private static TimeSpan? LatestReset(HttpResponseMessage response)
    {
        TimeSpan? latest = null;
        foreach (var limit in (ReadOnlySpan<string>)["requests", "tokens"])
        {
            if (Header(response, "x-ratelimit-remaining-" + limit) is { } remaining && TryNumber(remaining, out var left) && left <= 0
                && Header(response, "x-ratelimit-reset-" + limit) is { } reset && ParseDuration(reset) is { } wait && !(wait < latest))
            {
                latest = wait;
            }
        }

        return latest;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static bool TryNumber(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static TimeSpan? FromSeconds(double seconds) =>
        seconds >= 0 && double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds)) : null;

    [GeneratedRegex(@"(?:retry|try again) in ((?:\d+(?:\.\d+)?(?:h|ms|m|s))+)", RegexOptions.IgnoreCase)]
    private static partial Regex RetryInPattern();
}
