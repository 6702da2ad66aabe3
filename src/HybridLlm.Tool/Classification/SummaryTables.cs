using System.Globalization;
using Spectre.Console;

namespace HybridLlm.Tool.Classification;

/// <summary>Shows a summary to people.</summary>
internal static class SummaryTables
{
    public static void Write(IAnsiConsole console, Summary summary)
    {
        var table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumns("what", "figure");
        Add("prompts", summary.Prompts.ToString(CultureInfo.InvariantCulture));
        Add("abstained", summary.Abstained.ToString(CultureInfo.InvariantCulture));
        Add("time per prompt", string.Create(CultureInfo.InvariantCulture, $"{summary.MicrosecondsPerPrompt:F1} µs (median {summary.MedianMicroseconds:F1} µs)"));
        Share("type right", summary.Accuracy);
        Share("type right, a second defensible one counted", summary.LenientAccuracy);
        Share("the same on the surest half", summary.SurestHalf);
        Share("calibration error of the type (ECE)", summary.CalibrationError);
        Share("level right", summary.LevelAccuracy);
        Share("calibration error of the level (ECE)", summary.LevelCalibrationError);
        if (summary.SecondOpinion is { } second)
        {
            Add("second opinion", string.Create(CultureInfo.InvariantCulture, $"{second.Name}: changed {second.Changed} types"));
            Share("without it: type right", second.AccuracyBefore);
            Share("without it: a second defensible one counted", second.LenientAccuracyBefore);
            Share("without it: level right", second.LevelAccuracyBefore);
            Add("without it: time per prompt", string.Create(CultureInfo.InvariantCulture, $"{second.MicrosecondsBefore:F1} µs"));
        }

        console.Write(table);
        if (summary.Confusion is { } confusion)
        {
            WriteConfusion(console, confusion);
        }

        void Add(string what, string figure) => table.AddRow(Markup.Escape(what), Markup.Escape(figure));

        void Share(string what, double? share)
        {
            if (share is { } value)
            {
                Add(what, value.ToString("0.000", CultureInfo.InvariantCulture));
            }
        }
    }

    // A row a type, and what it was taken for, most often first: a full matrix is too wide for a terminal.
    private static void WriteConfusion(IAnsiConsole console, SortedDictionary<string, SortedDictionary<string, int>> confusion)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("type", "prompts", "right", "taken for");
        foreach (var (type, taken) in confusion)
        {
            var total = taken.Values.Sum();
            var right = (double)taken.GetValueOrDefault(type) / total;
            var wrong = taken.Where(pair => pair.Key != type).OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}");
            table.AddRow(Markup.Escape(type), total.ToString(CultureInfo.InvariantCulture), right.ToString("0.000", CultureInfo.InvariantCulture), Markup.Escape(string.Join(", ", wrong)));
        }

        console.Write(table);
    }
}
