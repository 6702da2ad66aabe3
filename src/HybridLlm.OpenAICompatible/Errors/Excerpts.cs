using System.Text;

namespace HybridLlm.OpenAICompatible.Errors;

/// <summary>Cuts what a backend answered to the size that an exception carries.</summary>
internal static class Excerpts
{
    internal const int MaxLength = 2000;

    internal static string? Cut(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return text.Length <= MaxLength ? text : text[..(char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
    }

    // A character has at most 3 bytes for each UTF-16 unit.
    internal static string? Cut(ReadOnlySpan<byte> utf8) => Cut(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 3 * MaxLength)]));
}
