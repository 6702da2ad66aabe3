using HybridLlm.Tool.Live;

namespace HybridLlm.Tool.Tests.Live;

public sealed class LiveScoringTests
{
    [Fact]
    public void The_best_split_gives_to_the_strong_model_what_it_must_and_no_more()
    {
        TaskRow[] rows = [.. Rows("easy", 10), .. Rows("hard", 10), .. Rows("long", 10)];
        var fast = Answers("fast", rows, row => row.TaskType != "hard", 1);
        var strong = Answers("strong", rows, _ => true, 10);

        Assert.Equal(["hard"], BestSplit.Find(rows, fast, strong));
        Assert.Equal(["easy", "hard", "long"], BestSplit.Find(rows, Answers("fast", rows, _ => false, 1), strong).Order());
        Assert.Empty(BestSplit.Find(rows, strong, strong));
    }

    [Fact]
    public void With_many_tasks_those_go_first_that_gain_most_for_their_time()
    {
        TaskRow[] rows = [.. Enumerable.Range(0, 20).SelectMany(i => Rows($"t{i}", 1))];
        var fast = Answers("fast", rows, row => row.TaskType != "t7", 1);

        Assert.Equal(["t7"], BestSplit.Find(rows, fast, Answers("strong", rows, _ => true, 10)));
    }

    [Fact]
    public void The_summary_says_what_was_kept_and_what_it_took()
    {
        TaskRow[] rows = [.. Rows("easy", 3, "simple"), .. Rows("hard", 1, "complex")];
        var fast = Answers("fast", rows, row => row.TaskType == "easy", 0.1);
        var strong = Answers("strong", rows, _ => true, 2);
        LiveAnswer[] ours = [fast[0], fast[1] with { IsRight = false }, fast[2], strong[3] with { IsEscalated = true, Seconds = 2.1 }];

        var summary = LiveScoring.Summarize(rows, new("fast", "strong", fast, strong, ours), 0.8, 0, trueTasks: false);

        Assert.Equal(0.75, summary.Ours.Accuracy, 6);
        Assert.Equal(0.75, summary.KeptAccuracy, 6);
        Assert.Equal(2.4 / 8, summary.TimeShare, 6);
        Assert.Equal(0.25, summary.EscalationRate, 6);
        Assert.Equal(0, summary.StrongFirstRate, 6);
        Assert.Equal(20, summary.SimpleSpeedup!.Value, 6);
        Assert.Equal(20, summary.SimpleTotalSpeedup!.Value, 6);
        Assert.Equal(1, summary.Split.Accuracy, 6);
        Assert.Equal(["hard"], summary.SplitStrongTasks);
        Assert.Equal(1, summary.TaskAccuracy!.Value, 6);
        var (simple, complex) = (summary.ByComplexity["simple"], summary.ByComplexity["complex"]);
        Assert.Equal((3, 0.0, 20.0, 20.0), (simple.Tasks, simple.EscalationRate, Math.Round(simple.MedianSpeedup, 6), Math.Round(simple.TotalSpeedup, 6)));
        Assert.Equal(20, simple.LaterTotalSpeedup, 6);
        Assert.Equal((1, 1.0, 1.0, 2100.0), (complex.Tasks, complex.EscalationRate, complex.LaterEscalationRate, Math.Round(complex.MeanMs, 6)));
        Assert.Equal(2 / 2.1, complex.TotalSpeedup, 6);
    }

    private static IEnumerable<TaskRow> Rows(string task, int count, string complexity = "medium") =>
        Enumerable.Range(0, count).Select(_ => new TaskRow { TaskType = task, Complexity = complexity, Prompt = "p", Check = new("exact", default) });

    private static LiveAnswer[] Answers(string model, TaskRow[] rows, Func<TaskRow, bool> isRight, double seconds) =>
        [.. rows.Select(row => new LiveAnswer(model, isRight(row), seconds, IsEscalated: false, row.TaskType!, null, "a"))];
}
