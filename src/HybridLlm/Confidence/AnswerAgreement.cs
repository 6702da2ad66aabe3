using System.Text.Json;

namespace HybridLlm.Confidence;

/// <summary>Tells whether two answers say the same.</summary>
internal static class AnswerAgreement
{
    /// <summary>How many characters of an answer are compared as text.</summary>
    public const int LongestText = 4_000;

    private const double ShareOfDifferentResults = 0.3;

    /// <summary>Compares two answers.</summary>
    /// <returns>1 when they say the same, 0 when they have nothing in common: the share of common words, in order of neither.</returns>
    public static double Of(string a, string b)
    {
        if (SameJson(a, b) is { } same)
        {
            return same ? 1 : 0;
        }

        var first = Words(a);
        var second = Words(b);
        if (first.Count == 0 || second.Count == 0)
        {
            return first.Count == second.Count ? 1 : 0;
        }

        if (first.SequenceEqual(second))
        {
            return 1;
        }

        // What is worked out stands at the end: it decides, however it was come by.
        if (Number(first) is { } result && Number(second) is { } other)
        {
            return result == other ? 0.95 : Math.Min(ShareOfDifferentResults, Common(first, second));
        }

        // Common words in another order are not the same answer.
        return Math.Min(0.95, Common(first, second));
    }

    private static string? Number(List<string> words) => char.IsAsciiDigit(words[^1][0]) ? words[^1] : null;

    private static double Common(List<string> first, List<string> second)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        first.ForEach(word => counts[word] = counts.GetValueOrDefault(word) + 1);
        var common = 0;
        foreach (var word in second)
        {
            if (counts.TryGetValue(word, out var left) && left > 0)
            {
                counts[word] = left - 1;
                common++;
            }
        }

        return 2.0 * common / (first.Count + second.Count);
    }

    private static bool? SameJson(string a, string b)
    {
        if (!IsJson(a) || !IsJson(b))
        {
            return null;
        }

        try
        {
            using var first = JsonDocument.Parse(a);
            using var second = JsonDocument.Parse(b);
            return JsonElement.DeepEquals(first.RootElement, second.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // Text in braces is compared as text.
            return null;
        }
    }

    private static bool IsJson(string text)
    {
        var trimmed = text.AsSpan().Trim();
        return trimmed.Length > 1 && trimmed[0] is '{' or '[';
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var span = text.AsSpan(0, Math.Min(text.Length, LongestText));
        var start = -1;
        for (var i = 0; i <= span.Length; i++)
        {
            if (i < span.Length && char.IsLetterOrDigit(span[i]))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                words.Add(span[start..i].ToString().ToUpperInvariant());
                start = -1;
            }
        }

        return words;
    }
}
