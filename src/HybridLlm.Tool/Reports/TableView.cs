using HybridLlm.Metrics.Reports;
using Spectre.Console;

namespace HybridLlm.Tool.Reports;

/// <summary>Shows a report to people, as wide as their terminal.</summary>
internal static class TableView
{
    private const string Unknown = "–";

    /// <summary>So much of a cell a column of words can be narrowed to before columns are left out.</summary>
    private const int LeastWords = 16;

    private const int LongWords = 40;

    public static void Write(IAnsiConsole console, ReportTable report, string title)
    {
        console.WriteLine(title);
        if (report.Rows.Count == 0)
        {
            console.WriteLine("There is nothing to tell of.");
            return;
        }

        // A column of which nothing is known says nothing, and takes the place of one that does.
        var columns = Enumerable.Range(0, report.Columns.Count).Where(column => report.Rows.Any(row => row[column] != Unknown)).ToList();
        var left = new List<string>();
        while (columns.Count > 2 && 1 + columns.Sum(column => WidthOf(report, column)) > console.Profile.Width)
        {
            left.Add(report.Columns[columns[^1]].Title);
            columns.RemoveAt(columns.Count - 1);
        }

        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            var (name, isNumber) = report.Columns[column];
            var view = new TableColumn(Markup.Escape(name)) { Padding = new Padding(1, 0), NoWrap = isNumber || LongestOf(report, column) <= LongWords };
            table.AddColumn(isNumber ? view.RightAligned() : view);
        }

        foreach (var row in report.Rows)
        {
            table.AddRow([.. columns.Select(column => Markup.Escape(row[column]))]);
        }

        console.Write(table);
        if (left.Count > 0)
        {
            left.Reverse();
            console.WriteLine($"Left out for want of room: {string.Join(", ", left)}. A wider terminal or --format csv has them.");
        }
    }

    // What it holds, a space on either side, and the border.
    private static int WidthOf(ReportTable report, int column)
    {
        var longest = LongestOf(report, column);
        return 3 + (report.Columns[column].IsNumber || longest <= LongWords ? longest : LeastWords);
    }

    private static int LongestOf(ReportTable report, int column) => Math.Max(report.Columns[column].Title.Length, report.Rows.Max(row => row[column].Length));
}
