using System.Globalization;
using HybridLlm.Classification;
using HybridLlm.Training.Learning;

namespace HybridLlm.Training.Validation;

/// <summary>Says how well prompts were told whose authors were left out.</summary>
internal static class ValidationReport
{
    private const int Bins = 10;

    public static void Write(TextWriter to, List<Prediction> predictions, Calibration tasks, Func<Prediction, LevelFit> layers, Calibration levels)
    {
        to.WriteLine("| left out | prompts | type | lenient | surest half | level | level, type known | ECE type | ECE level |");
        to.WriteLine("|---|---|---|---|---|---|---|---|---|");
        var labelled = predictions.Where(p => p.Example.Task >= 0).Select(p => new Told(p, tasks, layers(p), levels)).ToList();
        foreach (var kind in labelled.GroupBy(t => t.Example.Kind).Append(labelled.GroupBy(_ => "all").Single()))
        {
            var surest = kind.OrderByDescending(t => t.TaskConfidence).Take(kind.Count() / 2).Average(t => t.Lenient);
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {kind.Key} | {kind.Count()} | {kind.Average(t => t.Strict):F3} | {kind.Average(t => t.Lenient):F3} | {surest:F3} | {kind.Average(t => t.LevelRight):F3} | {kind.Average(t => t.LevelRightOfKnownType):F3} | {CalibrationError(kind.Select(t => (t.TaskConfidence, t.Lenient))):F3} | {CalibrationError(kind.Select(t => (t.LevelConfidence, t.LevelRight))):F3} |"));
        }

        WriteAuthors(to, labelled);
        WriteConfusion(to, labelled);
        WriteOutcomes(to, predictions, tasks, layers);
    }

    /// <summary>Computes the expected calibration error over ten bins of equal width.</summary>
    public static double CalibrationError(IEnumerable<(double Confidence, double Right)> told)
    {
        var all = told.ToList();
        return all.GroupBy(t => Math.Min(Bins - 1, (int)(t.Confidence * Bins)))
            .Sum(bin => Math.Abs(bin.Average(t => t.Confidence) - bin.Average(t => t.Right)) * bin.Count() / all.Count);
    }

    private static void WriteAuthors(TextWriter to, List<Told> labelled)
    {
        to.WriteLine();
        to.WriteLine("| author left out | lenient | level |");
        to.WriteLine("|---|---|---|");
        foreach (var author in labelled.GroupBy(t => t.Example.Group).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {author.Key} | {author.Average(t => t.Lenient):F3} | {author.Average(t => t.LevelRight):F3} |"));
        }
    }

    private static void WriteConfusion(TextWriter to, List<Told> labelled)
    {
        to.WriteLine();
        to.WriteLine("Row: what it is; column: what it was taken for.");
        to.WriteLine();
        to.WriteLine($"| | {string.Join(" | ", PromptClassifier.Tasks.Select(Short))} |");
        to.WriteLine($"|---|{string.Concat(PromptClassifier.Tasks.Select(_ => "---|"))}");
        for (var row = 0; row < PromptClassifier.Tasks.Length; row++)
        {
            var of = labelled.Where(t => t.Example.Task == row).ToList();
            to.WriteLine($"| {PromptClassifier.Tasks[row]} | {string.Join(" | ", Enumerable.Range(0, PromptClassifier.Tasks.Length).Select(column => of.Count(t => t.Task == column)))} |");
        }

        static string Short(string task) => string.Concat(task.Split('_').Select(word => word[..2]));
    }

    private static void WriteOutcomes(TextWriter to, List<Prediction> predictions, Calibration tasks, Func<Prediction, LevelFit> layers)
    {
        var outcomes = predictions.Where(p => !float.IsNaN(p.Example.Failure)).ToList();
        if (outcomes.Count == 0)
        {
            return;
        }

        var failures = outcomes.ConvertAll(p => (double)p.Example.Failure);
        var heads = outcomes.ConvertAll(p => (double)p.Logits[ClassifierModel.Failure]);
        var byHead = RankCorrelation.Spearman(heads, failures);
        var sorted = heads.Order().ToList();
        var scores = outcomes.ConvertAll(p => ComplexityScore.At(Best(layers(p).Logits(p, LevelFit.Guess(p, tasks))), (double)sorted.BinarySearch(p.Logits[ClassifierModel.Failure]) / sorted.Count));
        to.WriteLine();
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Spearman with the failures of {outcomes.Count} prompts: score {RankCorrelation.Spearman(scores, failures):F3}, failure head alone {byHead:F3}."));
    }

    private static ComplexityLevel Best(float[] logits) => (ComplexityLevel)logits.AsSpan().IndexOf(logits.Max());

    private sealed class Told
    {
        public Told(Prediction prediction, Calibration tasks, LevelFit layer, Calibration levels)
        {
            Example = prediction.Example;
            var types = prediction.Logits[..ClassifierModel.FirstLevel];
            Task = tasks.Spread(types);
            TaskConfidence = tasks.Confidence(types[Task]);
            var bands = layer.Logits(prediction, LevelFit.Guess(prediction, tasks));
            var level = levels.Spread(bands);
            LevelConfidence = levels.Confidence(bands[level]);
            LevelRight = level == Example.Level ? 1 : 0;
            LevelRightOfKnownType = (int)Best(layer.Logits(prediction, [(Example.Task, 1)])) == Example.Level ? 1 : 0;
        }

        public Example Example { get; }

        public int Task { get; }

        public double TaskConfidence { get; }

        public double LevelConfidence { get; }

        public double LevelRight { get; }

        public double LevelRightOfKnownType { get; }

        public double Strict => Task == Example.Task ? 1 : 0;

        public double Lenient => Task == Example.Task || Task == Example.Also ? 1 : 0;
    }
}
