using HybridLlm.Tool.Output;
using Spectre.Console;

namespace HybridLlm.Tool.Cascade;

/// <summary>Shows a summary to people.</summary>
internal static class CascadeTables
{
    public static void Write(IAnsiConsole console, CascadeSummary summary)
    {
        var table = new FigureTable();
        table.Add("answers", summary.Rows);
        table.Add(summary.Folds is { } folds ? $"learned from, in each of {folds} folds" : "learned from", summary.LearnedFrom);
        table.Add("weak model alone", summary.WeakAccuracy);
        table.Add("strong model alone", summary.StrongAccuracy);
        table.Add("calibration error of the confidence (ECE)", summary.CalibrationError);
        table.Add("best gain over random escalation", summary.BestGain, summary.BestGainInterval);
        table.Add("… when so many are escalated", summary.BestRate);
        table.Add("gain when 30 % are escalated", summary.GainAt30);
        table.Add("APGR", summary.Apgr);
        table.AddSeconds(summary.Seconds);
        table.Write(console);
        if (summary.Curve is { } curve)
        {
            var points = new Table().Border(TableBorder.Simple).AddColumns("escalated", "below", "precision", "recall", "right", "gain");
            foreach (var point in curve.Where((_, i) => i % 2 == 1))
            {
                points.AddRow(
                    FigureTable.Percent(point.Rate),
                    FigureTable.Share(point.Threshold),
                    FigureTable.Share(point.Precision),
                    FigureTable.Share(point.Recall),
                    point.Accuracy is { } accuracy ? FigureTable.Share(accuracy) : "",
                    point.Gain is { } gain ? FigureTable.Share(gain) : "");
            }

            console.Write(points);
        }
    }
}
