namespace HybridLlm.Tool.Classification;

/// <summary>Compares decisions with labels.</summary>
internal static class Scoring
{
    private const int Bins = 10;

    /// <summary>Summarizes a run.</summary>
    /// <param name="rows">The prompts.</param>
    /// <param name="decisions">What was said of each.</param>
    /// <param name="microseconds">How long each took.</param>
    public static Summary Summarize(IReadOnlyList<PromptRow> rows, IReadOnlyList<Decision> decisions, IReadOnlyList<double> microseconds)
    {
        var pairs = rows.Zip(decisions).ToList();
        var types = pairs.Where(pair => pair.First.TaskType is not null).ToList();
        var levels = pairs.Where(pair => pair.First.Complexity is not null).ToList();
        var sorted = microseconds.Order().ToList();
        var summary = new Summary
        {
            Prompts = rows.Count,
            Abstained = decisions.Count(decision => decision.Abstained),
            MicrosecondsPerPrompt = sorted.Count == 0 ? 0 : Math.Round(sorted.Average(), 1),
            MedianMicroseconds = sorted.Count == 0 ? 0 : Math.Round(sorted[sorted.Count / 2], 1),
            WithTaskType = types.Count,
            WithLevel = levels.Count,
        };
        if (types.Count > 0)
        {
            var told = types.ConvertAll(pair => (Confidence: pair.Second.TaskConfidence, Right: Lenient(pair.First, pair.Second)));
            var surest = told.OrderByDescending(t => t.Confidence).Take(Math.Max(1, told.Count / 2)).ToList();
            summary = summary with
            {
                Accuracy = Share(types, pair => pair.First.TaskType == pair.Second.TaskType),
                LenientAccuracy = Share(told, t => t.Right),
                SurestHalf = Share(surest, t => t.Right),
                CalibrationError = CalibrationError(told),
                Confusion = Confuse(types),
            };
        }

        return levels.Count == 0 ? summary : summary with
        {
            LevelAccuracy = Share(levels, pair => pair.First.Complexity == pair.Second.Level),
            LevelCalibrationError = CalibrationError(levels.ConvertAll(pair => (pair.Second.LevelConfidence, pair.First.Complexity == pair.Second.Level))),
        };
    }

    /// <summary>Computes the expected calibration error: over ten bins of confidence, how far its mean is from the share right, weighted by their size.</summary>
    public static double CalibrationError(IReadOnlyCollection<(double Confidence, bool Right)> told) => Math.Round(
        told.GroupBy(t => Math.Min(Bins - 1, (int)(t.Confidence * Bins)))
            .Sum(bin => Math.Abs(bin.Average(t => t.Confidence) - bin.Average(t => t.Right ? 1.0 : 0)) * bin.Count() / told.Count),
        4);

    private static bool Lenient(PromptRow row, Decision decision) => decision.TaskType == row.TaskType || decision.TaskType == row.Also;

    private static double Share<T>(IReadOnlyCollection<T> items, Func<T, bool> isRight) => Math.Round((double)items.Count(isRight) / items.Count, 4);

    private static SortedDictionary<string, SortedDictionary<string, int>> Confuse(List<(PromptRow Row, Decision Decision)> pairs)
    {
        var confusion = new SortedDictionary<string, SortedDictionary<string, int>>(StringComparer.Ordinal);
        foreach (var (row, decision) in pairs)
        {
            if (!confusion.TryGetValue(row.TaskType!, out var taken))
            {
                confusion[row.TaskType!] = taken = new(StringComparer.Ordinal);
            }

            taken[decision.TaskType] = taken.GetValueOrDefault(decision.TaskType) + 1;
        }

        return confusion;
    }
}
