using System.Diagnostics;
using HybridLlm.Tool.Learning;
using HybridLlm.Tool.Metrics;

namespace HybridLlm.Tool.StrongWeak;

/// <summary>Learns from rows, decides about others, and says how well.</summary>
internal static class StrongWeakRun
{
    private const double WeakFailure = 0.1;

    /// <summary>Learns from one set of rows and decides about another.</summary>
    public static (List<StrongWeakDecision> Decisions, StrongWeakSummary Summary) Train(List<StrongWeakRow> train, List<StrongWeakRow> test, int seed, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var needs = Decide(train, [.. test.Select(row => row.Prompt)], seed, cancellationToken);
        return Summarize(test, needs, train.Count, folds: null, seed, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Decides about each fold of rows by what is learned from the others.</summary>
    public static (List<StrongWeakDecision> Decisions, StrongWeakSummary Summary) CrossValidate(List<StrongWeakRow> rows, int folds, int seed, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var needs = Folds.Decide(rows, row => row.Prompt, folds, seed, (train, test) => Decide(train, [.. test.Select(row => row.Prompt)], seed, cancellationToken));
        return Summarize(rows, needs, rows.Count - (rows.Count / folds), folds, seed, Stopwatch.GetElapsedTime(start));
    }

    // Only prompts come in: what became of the rows to decide about cannot be read here.
    private static double[] Decide(List<StrongWeakRow> train, List<string> prompts, int seed, CancellationToken cancellationToken)
    {
        var sample = Sample.Of(train, NeedPredictor.MostRows, seed);
        var predictor = NeedPredictor.Fit(
            sample.ConvertAll(row => Features.Of(row.Prompt)),
            sample.ConvertAll(NeedOf),
            cancellationToken);
        return [.. prompts.Select(prompt =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return predictor.NeedOf(Features.Of(prompt));
        })];
    }

    // Where the weak model fails there is something to gain, even if the strong one failed too on this very row: a little of it steadies what is learned.
    private static double NeedOf(StrongWeakRow row) => (row.StrongCorrect!.Value ? 1.0 : 0) - (row.WeakCorrect!.Value ? 1 + WeakFailure : 0);

    private static (List<StrongWeakDecision> Decisions, StrongWeakSummary Summary) Summarize(
        List<StrongWeakRow> rows, double[] needs, int learnedFrom, int? folds, int seed, TimeSpan elapsed)
    {
        var decisions = needs.Select((need, index) => new StrongWeakDecision(index, Math.Round(need, 6))).ToList();
        var summary = new StrongWeakSummary
        {
            Rows = rows.Count,
            LearnedFrom = Math.Min(learnedFrom, NeedPredictor.MostRows),
            Folds = folds,
            Seconds = Math.Round(elapsed.TotalSeconds, 1),
        };
        var known = Enumerable.Range(0, rows.Count).Where(i => rows[i] is { WeakCorrect: not null, StrongCorrect: not null }).ToList();
        if (known.Count == 0)
        {
            return (decisions, summary);
        }

        var weak = known.ConvertAll(i => rows[i].WeakCorrect!.Value ? 1.0 : 0);
        var strong = known.ConvertAll(i => rows[i].StrongCorrect!.Value ? 1.0 : 0);
        var curve = new EscalationCurve(known.ConvertAll(i => needs[i]), weak, strong);
        var byLength = new EscalationCurve(known.ConvertAll(i => (double)rows[i].Prompt.Length), weak, strong);
        return (decisions, summary with
        {
            WithOutcomes = known.Count,
            WeakAccuracy = Round(curve.Weak),
            StrongAccuracy = Round(curve.Strong),
            Apgr = Round(curve.Apgr()),
            ApgrInterval = curve.ApgrInterval(seed),
            Cpt50 = Round(curve.CallsFor(0.5)),
            Cpt80 = Round(curve.CallsFor(0.8)),
            ApgrOfLength = Round(byLength.Apgr()),
            Curve = [.. Enumerable.Range(0, 11).Select(tenth => new EscalationCurve.Point(tenth / 10.0, Math.Round(curve.AccuracyAt(tenth / 10.0), 4)))],
        });
    }

    private static double? Round(double? value) => value is { } known ? Math.Round(known, 4) : null;
}
