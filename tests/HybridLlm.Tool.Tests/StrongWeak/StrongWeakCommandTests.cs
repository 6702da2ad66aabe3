using HybridLlm.Tool.Commands;
using HybridLlm.Tool.Tests.Support;

namespace HybridLlm.Tool.Tests.StrongWeak;

public sealed class StrongWeakCommandTests : IDisposable
{
    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    private Task<int> RunAsync(EvalOptions.Values options) => StrongWeakCommand.RunAsync(options, _run.Console, _run.Output, _run.Error, TestContext.Current.CancellationToken);

    // The weak model fails at proofs and at nothing else.
    private static IEnumerable<string> Rows(int count, bool labelled = true) => Enumerable.Range(0, count).Select(i =>
    {
        var isHard = i % 2 == 1;
        var prompt = isHard ? $"Prove that the group of order {i} has a normal subgroup." : $"Say hello to guest number {i}.";
        var outcome = labelled ? $", \"weak_correct\": {(isHard ? "false" : "true")}, \"strong_correct\": true" : "";
        return $$"""{"subject": "s{{i % 3}}", "prompt": "{{prompt}}"{{outcome}}}""";
    });

    [Fact]
    public async Task Prompts_that_need_the_strong_model_come_first()
    {
        Assert.Equal(0, await RunAsync(new(_run.Write("train.jsonl", Rows(80)), Decisions: _run.PathOf("decisions.jsonl"))));

        var summary = _run.LastLine();
        Assert.Equal(0.75, summary.GetProperty("apgr").GetDouble(), 3);
        Assert.Equal(0.25, summary.GetProperty("cpt50").GetDouble(), 2);
        Assert.Equal(0.4, summary.GetProperty("cpt80").GetDouble(), 2);
        Assert.Equal(0.5, summary.GetProperty("weak_accuracy").GetDouble());
        Assert.Equal(1, summary.GetProperty("strong_accuracy").GetDouble());
        Assert.Equal(11, summary.GetProperty("curve").GetArrayLength());
        var decisions = _run.Lines("decisions.jsonl");
        Assert.Equal(Enumerable.Range(0, 80), decisions.Select(line => line.GetProperty("index").GetInt32()));
        Assert.True(decisions.Where((_, i) => i % 2 == 1).Min(Need) > decisions.Where((_, i) => i % 2 == 0).Max(Need));
    }

    [Fact]
    public async Task Outcomes_and_subjects_of_the_rows_to_decide_about_are_not_read()
    {
        var train = _run.Write("train.jsonl", Rows(60));
        var other = Rows(20).Select(line => line.Replace("true", "x", StringComparison.Ordinal).Replace("false", "true", StringComparison.Ordinal).Replace("x", "false", StringComparison.Ordinal));
        other = other.Select(line => line.Replace("\"s", "\"other", StringComparison.Ordinal).Replace("othertrong_correct", "strong_correct", StringComparison.Ordinal).Replace("otherubject", "subject", StringComparison.Ordinal));
        await RunAsync(new(train, _run.Write("a.jsonl", Rows(20)), _run.PathOf("a.out")));
        await RunAsync(new(train, _run.Write("b.jsonl", Rows(20, labelled: false)), _run.PathOf("b.out")));
        await RunAsync(new(train, _run.Write("c.jsonl", other), _run.PathOf("c.out")));

        var decisions = await File.ReadAllTextAsync(_run.PathOf("a.out"), TestContext.Current.CancellationToken);
        Assert.Equal(decisions, await File.ReadAllTextAsync(_run.PathOf("b.out"), TestContext.Current.CancellationToken));
        Assert.Equal(decisions, await File.ReadAllTextAsync(_run.PathOf("c.out"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_figures()
    {
        var train = _run.Write("train.jsonl", Rows(40));
        await RunAsync(new(train, Decisions: _run.PathOf("a.out"), Seed: 7));
        await RunAsync(new(train, train, _run.PathOf("b.out"), Seed: 7));

        Assert.Equal(await File.ReadAllTextAsync(_run.PathOf("a.out"), TestContext.Current.CancellationToken), await File.ReadAllTextAsync(_run.PathOf("b.out"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_training_row_without_its_outcome_is_named_with_a_remedy()
    {
        Assert.Equal(1, await RunAsync(new(_run.Write("train.jsonl", [.. Rows(1), """{"prompt": "x", "weak_correct": true}"""]))));

        Assert.Contains("train.jsonl, line 2", _run.Complaint, StringComparison.Ordinal);
        Assert.Contains("strong_correct", _run.Complaint, StringComparison.Ordinal);
        Assert.Empty(_run.Told);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    public async Task Folds_that_do_not_fit_the_rows_are_refused(int folds)
    {
        Assert.Equal(1, await RunAsync(new(_run.Write("train.jsonl", Rows(10)), Folds: folds)));

        Assert.Contains($"--folds {folds}", _run.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_file_is_refused()
    {
        Assert.Equal(1, await RunAsync(new(_run.Write("train.jsonl", []))));

        Assert.Contains("no row to learn from", _run.Complaint, StringComparison.Ordinal);
    }

    private static double Need(System.Text.Json.JsonElement line) => line.GetProperty("need_strong").GetDouble();
}
