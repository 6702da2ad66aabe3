using System.Text;

namespace HybridLlm.Testing.Generation;

/// <summary>
/// Cuts text into pieces as a language model's vocabulary does: words with the blank before them, and single other characters.
/// The pieces, put together, are the text; a character is never torn.
/// </summary>
internal static class Tokenizer
{
    public const int VocabularySize = 32_768;

    private const int MaxWord = 16;

    public static IReadOnlyList<string> Split(string text)
    {
        List<string> pieces = [];
        var start = 0;
        while (start < text.Length)
        {
            var end = EndOfPiece(text, start);
            pieces.Add(text[start..end]);
            start = end;
        }

        return pieces;
    }

    /// <summary>Returns the id of a piece, the same in every run.</summary>
    public static int Id(string piece)
    {
        var hash = 2_166_136_261u;
        foreach (var value in Encoding.UTF8.GetBytes(piece))
        {
            hash = (hash ^ value) * 16_777_619u;
        }

        return (int)(hash % VocabularySize);
    }

    private static int EndOfPiece(string text, int start)
    {
        var word = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        var end = word;
        while (end < text.Length && end - word < MaxWord && char.IsLetterOrDigit(text[end]))
        {
            end++;
        }

        if (end > word)
        {
            return end;
        }

        // No word: one character, of one or two code units; a blank stands alone here only if no word follows it.
        Rune.DecodeFromUtf16(text.AsSpan(start), out _, out var length);
        return start + length;
    }
}
