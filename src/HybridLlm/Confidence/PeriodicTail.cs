using System.Buffers;

namespace HybridLlm.Confidence;

/// <summary>Finds out whether a text ends in a loop: the same words over and over, to the letter.</summary>
internal static class PeriodicTail
{
    /// <summary>How much of the end of a text is read, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>How long a loop must be to be one: shorter ones are rules, bars and laughter.</summary>
    private const int ShortestLoop = 32;

    /// <summary>How often it must go round.</summary>
    private const double FewestRounds = 3;

    /// <summary>From this length on, the last round may lack its end, such as a blank: what is cut off in its third round loops.</summary>
    private const int LongPeriod = 32;

    private const double FewestLongRounds = 2.9;

    /// <summary>Finds the longest loop at the end of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isCut">Whether the text was cut off, so that its last round may be cut in a character that is not a blank.</param>
    /// <returns>The length of the loop and of one round; zeros when the text does not end in a loop.</returns>
    /// <remarks>
    /// A text read from its end loops with period p for n characters when its first n characters have a border of length n − p. The borders of all
    /// prefixes are the failure function of Knuth, Morris and Pratt, found in one pass.
    /// </remarks>
    public static Loop Find(ReadOnlySpan<char> text, bool isCut = false)
    {
        var tail = isCut ? text : text.TrimEnd();
        tail = tail.Length > MaxLength ? tail[^MaxLength..] : tail;
        if (tail.Length < ShortestLoop)
        {
            return default;
        }

        var rented = ArrayPool<int>.Shared.Rent(tail.Length);
        try
        {
            return Find(tail, rented);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    private static Loop Find(ReadOnlySpan<char> tail, int[] borders)
    {
        var best = default(Loop);
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
            if (IsLoop(loop) && HasWord(tail[^loop.Period..]))
            {
                best = loop;
            }
        }

        return best;
    }

    private static char At(ReadOnlySpan<char> tail, int fromEnd) => tail[tail.Length - 1 - fromEnd];

    private static bool IsLoop(Loop loop) =>
        loop.Length >= ShortestLoop && loop.Rounds >= (loop.Period >= LongPeriod ? FewestLongRounds : FewestRounds);

    /// <summary>A line of dashes or dots loops, too, but nobody is caught in it.</summary>
    private static bool HasWord(ReadOnlySpan<char> round)
    {
        foreach (var character in round)
        {
            if (char.IsLetterOrDigit(character))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A loop at the end of a text.</summary>
    /// <param name="Length">Its length, in characters.</param>
    /// <param name="Period">The length of one round.</param>
    internal readonly record struct Loop(int Length, int Period)
    {
        public double Rounds => Period == 0 ? 0 : (double)Length / Period;
    }
}
