using HybridLlm.Tool.Classification;
using HybridLlm.Tool.Metrics;

namespace HybridLlm.Tool.Cascade;

/// <summary>Compares confidences with what came of the answers.</summary>
internal static class CascadeScoring
{
    private const int Parts = 20;
    private const double Third = 0.3;

    /// <summary>Adds to a summary what the outcomes say.</summary>
    public static CascadeSummary Score(CascadeSummary summary, IReadOnlyList<CascadeRow> rows, IReadOnlyList<double> confidences, int seed)
    {
        var known = Enumerable.Range(0, rows.Count).Where(i => rows[i].WeakCorrect is not null).ToList();
        if (known.Count == 0)
        {
            return summary;
        }

        var weak = known.ConvertAll(i => rows[i].WeakCorrect!.Value);
        var sure = known.ConvertAll(i => confidences[i]);
        summary = summary with
        {
            WithOutcomes = known.Count,
            WeakAccuracy = Round(weak.Average(right => right ? 1.0 : 0)),
            CalibrationError = Scoring.CalibrationError([.. sure.Zip(weak)]),
        };
        if (known.Any(i => rows[i].StrongCorrect is null))
        {
            return summary with { Curve = Points(sure, weak, curve: null) };
        }

        var strong = known.ConvertAll(i => rows[i].StrongCorrect!.Value ? 1.0 : 0);
        var curve = new EscalationCurve(sure.ConvertAll(value => -value), weak.ConvertAll(right => right ? 1.0 : 0), strong);
        var best = curve.Points.MaxBy(curve.GainAt);
        return summary with
        {
            StrongAccuracy = Round(curve.Strong),
            BestGain = Round(curve.GainAt(best)),
            BestRate = Round(best.Share),
            BestGainInterval = curve.GainIntervalAt(best.Share, seed),
            GainAt30 = Round(curve.GainAt(new(Third, curve.AccuracyAt(Third)))),
            Apgr = curve.Apgr() is { } apgr ? Round(apgr) : null,
            Curve = Points(sure, weak, curve),
        };
    }

    private static List<CascadePoint> Points(List<double> sure, List<bool> weak, EscalationCurve? curve)
    {
        var order = Enumerable.Range(0, sure.Count).OrderBy(i => sure[i]).ToArray();
        var wrong = Math.Max(1, weak.Count(right => !right));
        var points = new List<CascadePoint>();
        for (var part = 1; part <= Parts; part++)
        {
            var taken = (int)Math.Round((double)part * order.Length / Parts);
            if (taken == 0)
            {
                continue;
            }

            var found = order.Take(taken).Count(i => !weak[i]);
            var rate = (double)taken / order.Length;
            var accuracy = curve?.AccuracyAt(rate);
            points.Add(new(
                Round(rate),
                Round(taken < order.Length ? sure[order[taken]] : 1),
                Round((double)found / taken),
                Round((double)found / wrong),
                accuracy is { } a ? Round(a) : null,
                accuracy is { } b ? Round(curve!.GainAt(new(rate, b))) : null));
        }

        return points;
    }

    private static double Round(double value) => Math.Round(value, 4);
}
