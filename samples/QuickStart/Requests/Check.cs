using System.Text.Json;

namespace QuickStart.Requests;

/// <summary>Ways to tell whether an answer is right.</summary>
internal static class Check
{
    /// <summary>The answer is this text, give or take space around it and a full stop.</summary>
    public static Func<string, bool> Is(string expected) => answer => Trim(answer) == Trim(expected);

    /// <summary>The answer ends with this word or number; working may come before it.</summary>
    public static Func<string, bool> EndsWith(string expected) => answer => Trim(answer).Split(' ')[^1] == expected;

    /// <summary>The answer is this code, however it is broken into lines.</summary>
    public static Func<string, bool> IsCode(string expected) => answer => Words(answer).SequenceEqual(Words(expected));

    /// <summary>The answer is JSON of this value, however it is formatted.</summary>
    public static Func<string, bool> IsJson(string expected) => answer =>
    {
        try
        {
            using var right = JsonDocument.Parse(expected);
            using var given = JsonDocument.Parse(answer);
            return JsonElement.DeepEquals(right.RootElement, given.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    };

    /// <summary>The answer is a story that comes to its end and mentions these words.</summary>
    public static Func<string, bool> Tells(params string[] words) => answer =>
        answer.TrimEnd().EndsWith("The end.", StringComparison.Ordinal) && words.All(word => answer.Contains(word, StringComparison.Ordinal));

    private static string Trim(string text) => text.Trim().TrimEnd('.');

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
