using HybridLlm.Tool.Live;
using Spectre.Console;

namespace HybridLlm.Tool.Tests.Live;

public sealed class LiveTablesTests
{
    [Fact]
    public void Tables_fit_into_eighty_columns_and_break_no_name()
    {
        string[] tasks = ["knowledge_reasoning", "narrative_generation", "structured_output"];
        string[] levels = ["simple", "medium", "complex"];
        TaskRow[] rows = [.. tasks.Zip(levels, (task, level) => new TaskRow { TaskType = task, Complexity = level, Prompt = "p", Check = new("exact", default) })];
        var slow = rows.Select(row => new LiveAnswer("a-strong-model", true, 12_345.6, IsEscalated: true, row.TaskType!, null, "a")).ToArray();

        var text = Show(LiveScoring.Summarize(rows, new("a-fast-model", "a-strong-model", slow, slow, slow), 0.85, 0, trueTasks: false));

        var lines = text.Split('\n');
        Assert.All(lines, static line => Assert.InRange(line.TrimEnd('\r').Length, 0, 80));
        Assert.All(
            [.. tasks, .. levels, "always a-strong-model", "best split, in hindsight"],
            name => Assert.Single(lines, line => line.TrimStart().StartsWith(name, StringComparison.Ordinal)));
    }

    private static string Show(LiveSummary summary)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 80;
        LiveTables.Write(console, summary);
        return output.ToString();
    }
}
