using System.Globalization;
using HybridLlm.Tool.Output;
using Spectre.Console;

namespace HybridLlm.Tool.Routing;

/// <summary>Shows a summary to people.</summary>
internal static class RouteTables
{
    public static void Write(IAnsiConsole console, RouteSummary summary)
    {
        var table = new FigureTable();
        table.Add("rows", summary.Rows);
        table.Add("models", summary.Models.Count);
        table.Add(summary.Folds is { } folds ? $"learned from, in each of {folds} folds" : "learned from", summary.LearnedFrom);
        table.Add("tasks", summary.TrueTasks ? "as the rows say" : "predicted from the prompt");
        if (summary.AdjustedTasks is { Count: > 0 } adjusted)
        {
            table.Add("adjusted within the task", string.Join(", ", adjusted.Keys));
        }

        table.AddSeconds(summary.Seconds);
        table.Write(console);
        if (summary.Policies is { } policies)
        {
            var results = new Table().Border(TableBorder.Simple).AddColumns("choice", "score", "95 of 100", "price");
            foreach (var policy in policies)
            {
                results.AddRow(
                    Markup.Escape(policy.Policy),
                    FigureTable.Share(policy.Score),
                    policy.Interval is { } bounds ? $"{FigureTable.Share(bounds.Low)} to {FigureTable.Share(bounds.High)}" : "",
                    policy.Price.ToString("0.00", CultureInfo.InvariantCulture));
            }

            console.Write(results);
        }

        if (summary.Online is { } online)
        {
            Write(console, online);
        }
    }

    private static void Write(IAnsiConsole console, OnlineSummary online)
    {
        var table = new FigureTable();
        table.Add("requests", online.Requests);
        table.Add("their order", online.Shuffled ? "shuffled by the seed" : "as in the file");
        table.Add("explored", online.Explored);
        table.Add("regret", online.Regret.ToString("0.0", CultureInfo.InvariantCulture));
        table.Write(console);
        var curve = new Table().Border(TableBorder.Simple).AddColumns("requests", "score", "best per task", "known", "best known", "regret");
        foreach (var point in online.Curve)
        {
            curve.AddRow(
                point.Requests.ToString(CultureInfo.InvariantCulture),
                FigureTable.Share(point.Score),
                FigureTable.Share(point.BestPerTask),
                FigureTable.Share(point.Known),
                FigureTable.Share(point.BestKnown),
                point.Regret.ToString("0.0", CultureInfo.InvariantCulture));
        }

        console.Write(curve);
    }
}
