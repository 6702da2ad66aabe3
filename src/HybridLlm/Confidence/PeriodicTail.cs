using System.Buffers;
using System.Text;

namespace HybridLlm.Confidence;

/// <summary>Finds out whether a text ends in a loop: the same words over and over, to the letter.</summary>
internal static class PeriodicTail
{
    /// <summary>How much of the end of a text is read, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>How long a loop must be to be one, in bytes of UTF-8: shorter ones are bars and laughter. In bytes, since a Chinese character says as much as a short word.</summary>
    private const int ShortestLoop = 32;

    private const int MostBytesOfCharacter = 3;

    /// <summary>How long a loop without a word must be, in characters: of stars, dashes or blanks. Rules, borders and indents are shorter, or the answer goes on after them.</summary>
    private const int ShortestWordlessLoop = 64;

    /// <summary>How often it must go round.</summary>
    private const double FewestRounds = 3;

    /// <summary>From this length on, the last round may lack its end, such as a blank: what is cut off in its third round loops.</summary>
    private const int LongPeriod = 32;

    private const double FewestLongRounds = 2.9;

    /// <summary>Finds the longest loop at the end of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isCut">Whether the text was cut off, so that its last round may be cut in a character that is not a blank.</param>
    /// <param name="takesSigns">Whether a long row of signs or blanks is a loop, too: it is when the text was cut off by its limit, and nothing came after the row.</param>
    /// <returns>The length of the loop and of one round; zeros when the text does not end in a loop.</returns>
    /// <remarks>
    /// A text read from its end loops with period p for n characters when its first n characters have a border of length n − p. The borders of all
    /// prefixes are the failure function of Knuth, Morris and Pratt, found in one pass.
    /// </remarks>
    public static Loop Find(ReadOnlySpan<char> text, bool isCut = false, bool takesSigns = false)
    {
        var tail = isCut ? TrimHalfCharacter(text) : text.TrimEnd();
        tail = tail.Length > MaxLength ? tail[^MaxLength..] : tail;
        if (tail.Length < ShortestLoop / MostBytesOfCharacter)
        {
            return default;
        }

        var rented = ArrayPool<int>.Shared.Rent(tail.Length);
        try
        {
            return Find(tail, takesSigns, rented);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>A server that is stopped within a character writes what stands for half of it.</summary>
    private static ReadOnlySpan<char> TrimHalfCharacter(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd('\uFFFD');
        return !text.IsEmpty && char.IsHighSurrogate(text[^1]) ? text[..^1] : text;
    }

    private static Loop Find(ReadOnlySpan<char> tail, bool takesSigns, int[] borders)
    {
        var best = default(Loop);
        var word = 0;
        while (word < tail.Length && !char.IsLetterOrDigit(At(tail, word)))
        {
            word++;
        }

        borders[0] = 0;
        for (int i = 1, border = 0; i < tail.Length; i++)
        {
            while (border > 0 && At(tail, i) != At(tail, border))
            {
                border = borders[border - 1];
            }

            border += At(tail, i) == At(tail, border) ? 1 : 0;
            borders[i] = border;
            var loop = new Loop(i + 1, i + 1 - border);
            if (IsLongEnough(tail[^loop.Length..], loop) && (loop.Period > word || (takesSigns && loop.Length >= ShortestWordlessLoop)))
            {
                best = loop;
            }
        }

        return best;
    }

    private static char At(ReadOnlySpan<char> tail, int fromEnd) => tail[tail.Length - 1 - fromEnd];

    private static bool IsLongEnough(ReadOnlySpan<char> text, Loop loop) =>
        loop.Rounds >= (loop.Period >= LongPeriod ? FewestLongRounds : FewestRounds)
        && (loop.Length >= ShortestLoop || Encoding.UTF8.GetByteCount(text) >= ShortestLoop);

    /// <summary>A loop at the end of a text.</summary>
    /// <param name="Length">Its length, in characters.</param>
    /// <param name="Period">The length of one round.</param>
    internal readonly record struct Loop(int Length, int Period)
    {
        public double Rounds => Period == 0 ? 0 : (double)Length / Period;
    }
}
