using System.Globalization;
using Spectre.Console;

namespace HybridLlm.Tool.Live;

/// <summary>Shows a summary to people.</summary>
internal static class LiveTables
{
    public static void Write(IAnsiConsole console, LiveSummary summary)
    {
        var table = Compact("way", "right", "of strong", "seconds", "of strong", "median");
        Add($"always {summary.Fast.Model}", summary.Fast);
        Add($"always {summary.Strong.Model}", summary.Strong);
        Add("best split, in hindsight", summary.Split);
        Add("HybridLlm", summary.Ours);
        console.Write(table);

        var tasks = Compact("task", "tasks", "fast", "strong", "ours", "escalated", "at once", "time");
        foreach (var (name, task) in summary.ByTask)
        {
            tasks.AddRow(
                Markup.Escape(name), Number(task.Tasks), WholeShare(task.Fast), WholeShare(task.Strong), WholeShare(task.Ours),
                WholeShare(task.EscalationRate), WholeShare(task.StrongFirstRate), WholeShare(task.TimeShare));
        }

        console.Write(tasks);
        var levels = Compact("level", "tasks", "median\nfast", "\nstrong", "\nours", "faster by\nmedian", "\ntotal", "escalated", "\nlater");
        foreach (var (name, level) in summary.ByComplexity)
        {
            levels.AddRow(
                Markup.Escape(name), Number(level.Tasks), Ms(level.FastMedianMs), Ms(level.StrongMedianMs), Ms(level.MedianMs), Times(level.MedianSpeedup), Times(level.TotalSpeedup),
                WholeShare(level.EscalationRate), WholeShare(level.LaterEscalationRate));
        }

        console.Write(levels);
        string[] notes =
        [
            string.Create(CultureInfo.InvariantCulture, $"Time is a share of the strong model's; later is the second half of the run; threshold {summary.Threshold:0.##}."),
            string.Create(CultureInfo.InvariantCulture, $"Escalated {summary.EscalationRate:P1} of the tasks, asked the strong model at once for {summary.StrongFirstRate:P1}."),
            $"The best split by true task gives to the strong model: {(summary.SplitStrongTasks.Count == 0 ? "nothing" : string.Join(", ", summary.SplitStrongTasks))}.",
        ];
        foreach (var note in notes)
        {
            console.WriteLine(note);
        }

        if (summary is { SimpleSpeedup: { } median, SimpleTotalSpeedup: { } total })
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Simple tasks, against the strong model: {median:0.0} times as fast by median, {total:0.0} in total."));
        }

        void Add(string way, ArmSummary arm) => table.AddRow(
            Markup.Escape(way),
            Share(arm.Accuracy),
            Share(summary.Strong.Accuracy > 0 ? arm.Accuracy / summary.Strong.Accuracy : 0),
            arm.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
            Share(summary.Strong.Seconds > 0 ? arm.Seconds / summary.Strong.Seconds : 0),
            string.Create(CultureInfo.InvariantCulture, $"{arm.MedianMs:0.0} ms"));
    }

    // Fits into eighty columns, which is what there is where output is piped into a file.
    private static Table Compact(params string[] headers)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (number, header) in headers.Index())
        {
            table.AddColumn(new TableColumn(header) { NoWrap = true, Padding = new(0, 0, 1, 0), Alignment = number == 0 ? Justify.Left : Justify.Right });
        }

        return table;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Ms(double milliseconds) => milliseconds < 10_000
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0} s");

    private static string Times(double times) => string.Create(CultureInfo.InvariantCulture, $"{times:0.0}x");

    private static string WholeShare(double share) => share.ToString("P0", CultureInfo.InvariantCulture);

    private static string Share(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
