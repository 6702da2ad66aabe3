using System.Globalization;
using Spectre.Console;

namespace HybridLlm.Tool.Live;

/// <summary>Shows a summary to people.</summary>
internal static class LiveTables
{
    public static void Write(IAnsiConsole console, LiveSummary summary)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("way", "right", "of strong", "seconds", "of strong", "median");
        Add($"always {summary.Fast.Model}", summary.Fast);
        Add($"always {summary.Strong.Model}", summary.Strong);
        Add("best split by true task, in hindsight", summary.Split);
        Add("HybridLlm", summary.Ours);
        console.Write(table);

        var tasks = new Table().Border(TableBorder.Simple).AddColumns("task", "tasks", "fast", "strong", "ours", "escalated", "strong first", "time");
        foreach (var (name, task) in summary.ByTask)
        {
            tasks.AddRow(
                Markup.Escape(name), Number(task.Tasks), Share(task.Fast), Share(task.Strong), Share(task.Ours),
                Share(task.EscalationRate), Share(task.StrongFirstRate), Share(task.TimeShare));
        }

        console.Write(tasks);
        var levels = new Table().Border(TableBorder.Simple).AddColumns("complexity", "tasks", "fast", "strong", "ours", "by median", "by total", "escalated", "2nd half", "by total");
        foreach (var (name, level) in summary.ByComplexity)
        {
            levels.AddRow(
                Markup.Escape(name), Number(level.Tasks), Ms(level.FastMedianMs), Ms(level.StrongMedianMs), Ms(level.MedianMs), Times(level.MedianSpeedup), Times(level.TotalSpeedup),
                Share(level.EscalationRate), Share(level.LaterEscalationRate), Times(level.LaterTotalSpeedup));
        }

        console.Write(levels);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Escalated {summary.EscalationRate:P1} of the tasks, asked the strong model at once for {summary.StrongFirstRate:P1}; threshold {summary.Threshold:0.##}."));
        console.WriteLine($"The best split gives to the strong model: {string.Join(", ", summary.SplitStrongTasks)}.");
        if (summary is { SimpleSpeedup: { } median, SimpleTotalSpeedup: { } total })
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Simple tasks: {median:0.0} times as fast as the strong model (median), {total:0.0} times in total."));
        }

        void Add(string way, ArmSummary arm) => table.AddRow(
            Markup.Escape(way),
            Share(arm.Accuracy),
            Share(summary.Strong.Accuracy > 0 ? arm.Accuracy / summary.Strong.Accuracy : 0),
            arm.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
            Share(summary.Strong.Seconds > 0 ? arm.Seconds / summary.Strong.Seconds : 0),
            string.Create(CultureInfo.InvariantCulture, $"{arm.MedianMs:0.0} ms"));
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Ms(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms");

    private static string Times(double times) => string.Create(CultureInfo.InvariantCulture, $"{times:0.0}x");

    private static string Share(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
