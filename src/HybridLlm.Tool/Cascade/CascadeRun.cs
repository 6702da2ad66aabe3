using System.Diagnostics;
using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Cascade;

/// <summary>Learns from rows, decides about others, and says how well.</summary>
internal static class CascadeRun
{
    /// <summary>Learns from one set of rows and decides about another.</summary>
    public static (List<CascadeDecision> Decisions, CascadeSummary Summary) Train(List<CascadeRow> train, List<CascadeRow> test, int seed, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        return Summarize(test, Decide(train, test, seed, cancellationToken), train.Count, folds: null, seed, start);
    }

    /// <summary>Decides about each fold of rows by what is learned from the others.</summary>
    public static (List<CascadeDecision> Decisions, CascadeSummary Summary) CrossValidate(List<CascadeRow> rows, int folds, int seed, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var confidences = Folds.Decide(rows, row => row.Prompt, folds, seed, (train, test) => Decide(train, test, seed, cancellationToken));
        return Summarize(rows, confidences, rows.Count - (rows.Count / folds), folds, seed, start);
    }

    private static double[] Decide(List<CascadeRow> train, List<CascadeRow> test, int seed, CancellationToken cancellationToken)
    {
        var confidence = AnswerConfidence.Fit(Sample.Of(train, AnswerConfidence.MostRows, seed), cancellationToken);
        return [.. test.Select(row =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return confidence.Of(row.Prompt, row.WeakAnswer);
        })];
    }

    private static (List<CascadeDecision> Decisions, CascadeSummary Summary) Summarize(
        List<CascadeRow> rows, IReadOnlyList<double> confidences, int learnedFrom, int? folds, int seed, long start)
    {
        var summary = new CascadeSummary
        {
            Rows = rows.Count,
            LearnedFrom = Math.Min(learnedFrom, AnswerConfidence.MostRows),
            Folds = folds,
            Seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1),
        };
        return ([.. confidences.Select((confidence, index) => new CascadeDecision(index, Math.Round(confidence, 6)))], CascadeScoring.Score(summary, rows, confidences, seed));
    }
}
