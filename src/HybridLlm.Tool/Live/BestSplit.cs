namespace HybridLlm.Tool.Live;

/// <summary>
/// The best fixed choice of a model for each task, found in hindsight with the true tasks: what a table of tasks can come to at best.
/// </summary>
internal static class BestSplit
{
    /// <summary>How much of the strong model's accuracy it must keep.</summary>
    public const double Kept = 0.97;

    private const int MostTasks = 16;

    /// <summary>Finds the tasks for the strong model that cost the least time.</summary>
    /// <returns>The tasks of the strong model.</returns>
    /// <remarks>Of few tasks all choices are tried; of many, those with the most gained per second are taken one by one.</remarks>
    public static IReadOnlySet<string> Find(IReadOnlyList<TaskRow> rows, IReadOnlyList<LiveAnswer> fast, IReadOnlyList<LiveAnswer> strong)
    {
        var tasks = rows.Index().GroupBy(row => row.Item.TaskType ?? "", row => row.Index)
            .Select(group => new Cost(
                group.Key,
                group.Sum(i => (strong[i].IsRight ? 1 : 0) - (fast[i].IsRight ? 1 : 0)),
                group.Sum(i => strong[i].Seconds - fast[i].Seconds)))
            .ToList();
        var missing = (Kept * strong.Count(answer => answer.IsRight)) - fast.Count(answer => answer.IsRight);
        return tasks.Count <= MostTasks ? TryAll(tasks, missing) : TakeBest(tasks, missing);
    }

    private static HashSet<string> TryAll(List<Cost> tasks, double missing)
    {
        var (best, least) = ((1 << tasks.Count) - 1, double.PositiveInfinity);
        for (var choice = 0; choice < 1 << tasks.Count; choice++)
        {
            double gained = 0, seconds = 0;
            for (var i = 0; i < tasks.Count; i++)
            {
                if ((choice & (1 << i)) != 0)
                {
                    gained += tasks[i].Gained;
                    seconds += tasks[i].Seconds;
                }
            }

            if (gained >= missing && seconds < least)
            {
                (best, least) = (choice, seconds);
            }
        }

        return [.. tasks.Where((_, i) => (best & (1 << i)) != 0).Select(task => task.Name)];
    }

    private static HashSet<string> TakeBest(List<Cost> tasks, double missing)
    {
        var chosen = new HashSet<string>();
        foreach (var task in tasks.OrderByDescending(task => task.Gained / Math.Max(task.Seconds, 1e-9)))
        {
            if (missing <= 0)
            {
                break;
            }

            chosen.Add(task.Name);
            missing -= task.Gained;
        }

        return chosen;
    }

    private sealed record Cost(string Name, double Gained, double Seconds);
}
