using System.Globalization;
using System.Text;

namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>Splits a text into the pieces of the vocabulary, as the encoder was trained: lower case, without accents, the longest piece first.</summary>
internal sealed class WordPieces
{
    private const char StartsWord = '\u2581';
    private const int LongestWord = 100;
    private const int Unknown = 100;
    private const int Begin = 101;
    private const int End = 102;

    private readonly Dictionary<string, int> _starts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _continuations = new(StringComparer.Ordinal);

    public WordPieces(string[] vocabulary)
    {
        for (var i = 0; i < vocabulary.Length; i++)
        {
            var token = vocabulary[i];
            if (token.StartsWith(StartsWord))
            {
                _starts[token[1..]] = i;
            }
            else
            {
                _continuations[token] = i;
            }
        }
    }

    /// <summary>Splits a text; what comes beyond the limit is left out.</summary>
    public List<int> Split(string text, int limit)
    {
        var tokens = new List<int>(Math.Min(limit, 128)) { Begin };
        var word = new StringBuilder();
        foreach (var c in text)
        {
            if (IsDropped(c))
            {
                continue;
            }

            var isAlone = IsPunctuation(c) || IsIdeograph(c);
            if (isAlone || char.IsWhiteSpace(c))
            {
                AddWord(word, tokens);
            }

            if (!char.IsWhiteSpace(c))
            {
                word.Append(Accents.Remove(char.ToLowerInvariant(c)));
            }

            if (isAlone)
            {
                AddWord(word, tokens);
            }
        }

        AddWord(word, tokens);
        if (tokens.Count > limit - 1)
        {
            tokens.RemoveRange(limit - 1, tokens.Count - limit + 1);
        }

        tokens.Add(End);
        return tokens;
    }

    private void AddWord(StringBuilder letters, List<int> tokens)
    {
        if (letters.Length == 0)
        {
            return;
        }

        var word = letters.ToString();
        letters.Clear();
        var before = tokens.Count;
        var starts = _starts.GetAlternateLookup<ReadOnlySpan<char>>();
        var continuations = _continuations.GetAlternateLookup<ReadOnlySpan<char>>();
        var at = 0;
        while (at < word.Length && word.Length <= LongestWord)
        {
            var end = word.Length;
            var token = 0;
            while (end > at && !(at == 0 ? starts : continuations).TryGetValue(word.AsSpan(at, end - at), out token))
            {
                end--;
            }

            if (end == at)
            {
                break;
            }

            tokens.Add(token);
            at = end;
        }

        // A word with a part that is not in the vocabulary is unknown as a whole.
        if (at < word.Length)
        {
            tokens.RemoveRange(before, tokens.Count - before);
            tokens.Add(Unknown);
        }
    }

    private static bool IsDropped(char c) =>
        c is '\0' or '\uFFFD' || (char.IsControl(c) && !char.IsWhiteSpace(c)) || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format;

    private static bool IsPunctuation(char c) => char.IsAscii(c) ? c > ' ' && !char.IsAsciiLetterOrDigit(c) : char.IsPunctuation(c);

    private static bool IsIdeograph(char c) => c is >= '\u4E00' and <= '\u9FFF' or >= '\u3400' and <= '\u4DBF' or >= '\uF900' and <= '\uFAFF';
}
