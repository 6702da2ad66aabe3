using HybridLlm.Tool.Output;
using Spectre.Console;

namespace HybridLlm.Tool.StrongWeak;

/// <summary>Shows a summary to people.</summary>
internal static class StrongWeakTables
{
    public static void Write(IAnsiConsole console, StrongWeakSummary summary)
    {
        var table = new FigureTable();
        table.Add("rows", summary.Rows);
        table.Add(summary.Folds is { } folds ? $"learned from, in each of {folds} folds" : "learned from", summary.LearnedFrom);
        table.Add("weak model alone", summary.WeakAccuracy);
        table.Add("strong model alone", summary.StrongAccuracy);
        table.Add("APGR (random .5)", summary.Apgr, summary.ApgrInterval);
        table.Add("APGR of the prompt's length alone", summary.ApgrOfLength);
        table.Add("CPT(50): calls of the strong for half of the gap", summary.Cpt50);
        table.Add("CPT(80): calls of the strong for 80 % of the gap", summary.Cpt80);
        table.AddSeconds(summary.Seconds);
        table.Write(console);
        if (summary.Curve is { } curve)
        {
            var points = new Table().Border(TableBorder.Simple).AddColumns("to the strong", "right");
            foreach (var point in curve)
            {
                points.AddRow(FigureTable.Percent(point.Share), FigureTable.Share(point.Accuracy));
            }

            console.Write(points);
        }
    }
}
