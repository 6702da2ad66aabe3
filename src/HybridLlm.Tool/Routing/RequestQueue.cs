namespace HybridLlm.Tool.Routing;

/// <summary>Lines the rows of a file up as requests.</summary>
internal static class RequestQueue
{
    /// <summary>Gets the places of the rows in the order in which they come.</summary>
    /// <param name="tasks">The task of each row.</param>
    /// <param name="order">The order that was asked for.</param>
    /// <param name="seed">The same seed shuffles alike.</param>
    /// <returns>The places, and whether they are shuffled.</returns>
    public static (int[] Rows, bool Shuffled) Of(string[] tasks, RequestOrder order, int seed)
    {
        var rows = Enumerable.Range(0, tasks.Length).ToArray();
        var shuffled = order == RequestOrder.Shuffled || (order == RequestOrder.Auto && LieInBlocks(tasks));
        if (shuffled)
        {
            new Random(seed).Shuffle(rows);
        }

        return (rows, shuffled);
    }

    // In any order that has nothing to do with tasks, two neighbours share one as often as two rows drawn at random do.
    private static bool LieInBlocks(string[] tasks)
    {
        var byChance = tasks.CountBy(static task => task, StringComparer.Ordinal).Sum(task => Math.Pow((double)task.Value / tasks.Length, 2));
        var together = tasks.Zip(tasks.Skip(1)).Count(static pair => pair.First.Equals(pair.Second, StringComparison.Ordinal));
        return byChance < 1 && together > (tasks.Length - 1) * (1 + byChance) / 2;
    }
}
