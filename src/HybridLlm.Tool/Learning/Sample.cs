namespace HybridLlm.Tool.Learning;

/// <summary>Bounds what is learned from.</summary>
internal static class Sample
{
    /// <summary>Takes all rows, or so many of them by chance, in their order; the same seed takes the same.</summary>
    public static List<T> Of<T>(List<T> rows, int most, int seed)
    {
        if (rows.Count <= most)
        {
            return rows;
        }

        var chosen = Enumerable.Range(0, rows.Count).ToArray();
        new Random(seed).Shuffle(chosen);
        Array.Resize(ref chosen, most);
        Array.Sort(chosen);
        return [.. chosen.Select(i => rows[i])];
    }
}
