using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace HybridLlm.Tool.Live;

/// <summary>Tells whether an answer is right.</summary>
/// <param name="Kind">How it is told: <c>exact</c>, <c>exact_cs</c>, <c>ends_with</c>, <c>json_equal</c> or <c>story</c>.</param>
/// <param name="Value">What it is held against.</param>
internal sealed partial record TaskCheck([property: JsonPropertyName("kind")] string Kind, [property: JsonPropertyName("value")] JsonElement Value)
{
    /// <summary>Gets the kinds that there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["exact", "exact_cs", "ends_with", "json_equal", "story"];

    /// <summary>Checks an answer.</summary>
    /// <exception cref="FormatException">The kind is not known, or the value does not fit it.</exception>
    public bool Passes(string answer)
    {
        try
        {
            return Kind switch
            {
                "exact" => Fold(answer) == Fold(Text(Value)),
                "exact_cs" => answer.Trim() == Text(Value),
                "ends_with" => EndsWith(Fold(answer), Fold(Text(Value))),
                "json_equal" => IsJson(answer, Value),
                "story" => IsStory(answer.Trim(), Value),
                _ => throw new FormatException($"The check '{Kind}' is not known. Known are: {string.Join(", ", Kinds)}."),
            };
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"The value of the check '{Kind}' does not fit it: {Value}", exception);
        }
    }

    private static string Text(JsonElement value) => value.GetString() ?? throw new FormatException("The value of a check is null.");

    /// <summary>Case, white space and a final full stop do not count.</summary>
    private static string Fold(string text) => Blanks().Replace(text, " ").Trim().TrimEnd('.').Trim().ToLowerInvariant();

    /// <summary>The final answer counts; working before it is allowed.</summary>
    private static bool EndsWith(string answer, string expected) =>
        answer.EndsWith(expected, StringComparison.Ordinal)
        && (answer.Length == expected.Length || !(char.IsLetterOrDigit(answer[^(expected.Length + 1)]) || answer[^(expected.Length + 1)] is '_' or '.'));

    private static bool IsJson(string answer, JsonElement expected)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Trim());
            return JsonElement.DeepEquals(document.RootElement, expected);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsStory(string answer, JsonElement rules)
    {
        var sentences = SentenceEnd().Count(answer);
        return rules.GetProperty("must").EnumerateArray().All(word => CountOf(answer, Text(word)) > 0)
            && CountOf(answer, Text(rules.GetProperty("name"))) >= rules.GetProperty("min_name").GetInt32()
            && sentences >= rules.GetProperty("min_sentences").GetInt32()
            && sentences <= rules.GetProperty("max_sentences").GetInt32()
            && answer.EndsWith(Text(rules.GetProperty("ends")), StringComparison.Ordinal)
            && !DoubledWord().IsMatch(answer);
    }

    private static int CountOf(string text, string word) => Regex.Count(text, $@"\b{Regex.Escape(word)}\b", RegexOptions.CultureInvariant);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"[.!?](?=\s|$)")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\b(\w+) \1\b")]
    private static partial Regex DoubledWord();
}
