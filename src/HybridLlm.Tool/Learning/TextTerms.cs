using HybridLlm.Classification;

namespace HybridLlm.Tool.Learning;

/// <summary>Counts the terms of a text, by their hash.</summary>
internal static class TextTerms
{
    private const int MaxLength = 16_384;
    private const int ShortestRun = 3;
    private const int LongestRun = 5;

    /// <summary>Counts words, signs, and pairs of them that stand side by side.</summary>
    public static Dictionary<uint, int> Words(string text)
    {
        var counts = new Dictionary<uint, int>();
        uint previous = 0;
        var span = text.AsSpan(0, Math.Min(text.Length, MaxLength));
        for (var i = 0; i < span.Length;)
        {
            var hash = Hashing.Start;
            var start = i;
            while (i < span.Length && char.IsLetterOrDigit(span[i]))
            {
                hash = Hashing.Add(hash, char.ToLowerInvariant(span[i++]));
            }

            if (i == start)
            {
                var sign = span[i++];
                if (char.IsWhiteSpace(sign))
                {
                    continue;
                }

                hash = Hashing.Add(hash, sign);
            }

            Count(counts, hash);
            if (start > 0)
            {
                Count(counts, Hashing.Add(Hashing.Add(Hashing.Start, previous), hash));
            }

            previous = hash;
        }

        return counts;
    }

    /// <summary>Counts runs of three to five characters within words, with the blanks around them.</summary>
    public static Dictionary<uint, int> Characters(string text)
    {
        var counts = new Dictionary<uint, int>();
        var padded = new char[Math.Min(text.Length, MaxLength) + 2];
        foreach (var range in Blanks.Split(text.AsSpan(0, Math.Min(text.Length, MaxLength))))
        {
            padded[0] = ' ';
            var length = text.AsSpan(range).ToLowerInvariant(padded.AsSpan(1)) + 1;
            padded[length++] = ' ';
            for (var i = 0; i + ShortestRun <= length; i++)
            {
                var hash = Hashing.Start;
                for (var run = 0; run < LongestRun && i + run < length; run++)
                {
                    hash = Hashing.Add(hash, padded[i + run]);
                    if (run + 1 >= ShortestRun)
                    {
                        Count(counts, hash);
                    }
                }
            }
        }

        return counts;
    }

    private static void Count(Dictionary<uint, int> counts, uint hash)
    {
        var finished = Hashing.Finish(hash);
        counts[finished] = counts.GetValueOrDefault(finished) + 1;
    }
}
