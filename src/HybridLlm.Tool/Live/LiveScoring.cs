namespace HybridLlm.Tool.Live;

/// <summary>Puts the answers of all ways side by side.</summary>
internal static class LiveScoring
{
    private const string Simple = "simple";

    public static LiveSummary Summarize(
        IReadOnlyList<TaskRow> rows, LiveArms arms, double threshold, int warmup, bool trueTasks)
    {
        var (fastName, strongName, fast, strong, ours) = arms;
        var strongTasks = BestSplit.Find(rows, fast, strong);
        var split = rows.Select((row, i) => strongTasks.Contains(row.TaskType ?? "") ? strong[i] : fast[i]).ToList();
        var (ourArm, strongArm) = (ArmSummary.Of("", ours), ArmSummary.Of(strongName, strong));
        var simple = Enumerable.Range(0, rows.Count).Where(i => string.Equals(rows[i].Complexity, Simple, StringComparison.OrdinalIgnoreCase)).ToArray();
        var known = Enumerable.Range(0, rows.Count).Where(i => rows[i].TaskType is not null).ToArray();
        return new()
        {
            Tasks = rows.Count,
            Warmup = warmup,
            Threshold = threshold,
            TrueTasks = trueTasks,
            Fast = ArmSummary.Of(fastName, fast),
            Strong = strongArm,
            Split = ArmSummary.Of("", split),
            Ours = ourArm,
            SplitStrongTasks = [.. strongTasks.Order(StringComparer.Ordinal)],
            KeptAccuracy = Ratio(ourArm.Accuracy, strongArm.Accuracy),
            TimeShare = Ratio(ourArm.Seconds, strongArm.Seconds),
            EscalationRate = ours.Average(answer => answer.IsEscalated ? 1.0 : 0),
            StrongFirstRate = ours.Average(answer => IsStrongFirst(answer, strongName)),
            TaskAccuracy = known.Length == 0 ? null : known.Average(i => ours[i].PredictedTask == rows[i].TaskType ? 1.0 : 0),
            SimpleSpeedup = simple.Length == 0 ? null : Ratio(Median(strong), Median(ours)),
            SimpleTotalSpeedup = simple.Length == 0 ? null : Ratio(simple.Sum(i => strong[i].Seconds), simple.Sum(i => ours[i].Seconds)),
            ByTask = new(rows.Index().GroupBy(row => row.Item.TaskType ?? "", row => row.Index).ToDictionary(
                group => group.Key,
                group => OfTask([.. group], fast, strong, ours, strongName),
                StringComparer.Ordinal)),
            ByComplexity = new(rows.Index().Where(row => row.Item.Complexity is not null).GroupBy(row => row.Item.Complexity!, row => row.Index).ToDictionary(
                group => group.Key,
                group => OfLevel([.. group], rows.Count / 2, fast, strong, ours),
                StringComparer.Ordinal)),
        };

        double Median(IReadOnlyList<LiveAnswer> answers) => ArmSummary.Median([.. simple.Select(i => answers[i].Seconds)]);
    }

    private static TaskSummary OfTask(int[] rows, LiveAnswer[] fast, LiveAnswer[] strong, LiveAnswer[] ours, string strongName) => new(
        rows.Length,
        rows.Average(i => fast[i].IsRight ? 1.0 : 0),
        rows.Average(i => strong[i].IsRight ? 1.0 : 0),
        rows.Average(i => ours[i].IsRight ? 1.0 : 0),
        rows.Average(i => ours[i].IsEscalated ? 1.0 : 0),
        rows.Average(i => IsStrongFirst(ours[i], strongName)),
        Ratio(rows.Sum(i => ours[i].Seconds), rows.Sum(i => strong[i].Seconds)));

    private static LevelSummary OfLevel(int[] rows, int half, LiveAnswer[] fast, LiveAnswer[] strong, LiveAnswer[] ours)
    {
        var later = Array.FindAll(rows, row => row >= half);
        var (fastMedian, strongMedian, median) = (MedianMs(rows, fast), MedianMs(rows, strong), MedianMs(rows, ours));
        return new(
            rows.Length,
            EscalationRate(rows, ours),
            EscalationRate(later, ours),
            fastMedian,
            strongMedian,
            median,
            1000 * Seconds(rows, strong) / rows.Length,
            1000 * Seconds(rows, ours) / rows.Length,
            Ratio(strongMedian, median),
            Ratio(Seconds(rows, strong), Seconds(rows, ours)),
            Ratio(Seconds(later, strong), Seconds(later, ours)));
    }

    private static double MedianMs(int[] rows, LiveAnswer[] answers) => 1000 * ArmSummary.Median([.. rows.Select(row => answers[row].Seconds)]);

    private static double Seconds(int[] rows, LiveAnswer[] answers) => rows.Sum(row => answers[row].Seconds);

    private static double EscalationRate(int[] rows, LiveAnswer[] answers) => Ratio(rows.Count(row => answers[row].IsEscalated), rows.Length);

    private static double IsStrongFirst(LiveAnswer answer, string strong) => !answer.IsEscalated && answer.Model == strong ? 1 : 0;

    private static double Ratio(double a, double b) => b > 0 ? a / b : 0;
}
