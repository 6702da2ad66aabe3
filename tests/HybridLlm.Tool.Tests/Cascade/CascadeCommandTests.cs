using HybridLlm.Tool.Commands;
using HybridLlm.Tool.Tests.Support;

namespace HybridLlm.Tool.Tests.Cascade;

public sealed class CascadeCommandTests : IDisposable
{
    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    private Task<int> RunAsync(EvalOptions.Values options) => CascadeCommand.RunAsync(options, _run.Console, _run.Output, _run.Error, TestContext.Current.CancellationToken);

    // Every second answer miscalculates and is wrong; the strong model is always right.
    private static IEnumerable<string> Rows(int count, bool labelled = true) => Enumerable.Range(0, count).Select(i =>
    {
        var isRight = i % 2 == 0;
        var outcome = labelled ? $", \"weak_correct\": {(isRight ? "true" : "false")}, \"strong_correct\": true" : "";
        return $$"""{"prompt": "Ann has {{i + 3}} boxes of {{i + 4}} pens. How many pens?", "weak_answer": "She has {{i + 3}} * {{i + 4}} = {{((i + 3) * (i + 4)) + (isRight ? 0 : 11)}} pens."{{outcome}}}""";
    });

    [Fact]
    public async Task Answers_that_miscalculate_are_told_from_those_that_do_not()
    {
        Assert.Equal(0, await RunAsync(new(_run.Write("train.jsonl", Rows(80)), Decisions: _run.PathOf("decisions.jsonl"))));

        var summary = _run.LastLine();
        Assert.Equal(0.5, summary.GetProperty("weak_accuracy").GetDouble());
        Assert.Equal(0.25, summary.GetProperty("best_gain").GetDouble(), 2);
        Assert.Equal(0.5, summary.GetProperty("best_rate").GetDouble(), 2);
        Assert.Equal(5, summary.GetProperty("folds").GetInt32());
        var decisions = _run.Lines("decisions.jsonl");
        Assert.Equal(Enumerable.Range(0, 80), decisions.Select(line => line.GetProperty("index").GetInt32()));
        Assert.All(decisions, (line, i) => Assert.InRange(line.GetProperty("confidence").GetDouble(), i % 2 == 0 ? 0.6 : 0, i % 2 == 0 ? 1 : 0.4));
    }

    [Fact]
    public async Task Rows_without_outcomes_are_decided_alike()
    {
        var train = _run.Write("train.jsonl", Rows(60));
        Assert.Equal(0, await RunAsync(new(train, _run.Write("with.jsonl", Rows(20)), _run.PathOf("a.jsonl"))));
        Assert.Equal(0, await RunAsync(new(train, _run.Write("without.jsonl", Rows(20, labelled: false)), _run.PathOf("b.jsonl"))));

        Assert.Equal(await File.ReadAllTextAsync(_run.PathOf("a.jsonl"), TestContext.Current.CancellationToken), await File.ReadAllTextAsync(_run.PathOf("b.jsonl"), TestContext.Current.CancellationToken));
        Assert.False(_run.LastLine().TryGetProperty("best_gain", out _));
    }

    [Fact]
    public async Task Precision_and_recall_are_of_the_wrong_answers()
    {
        await RunAsync(new(_run.Write("train.jsonl", Rows(80))));

        var half = _run.LastLine().GetProperty("curve").EnumerateArray().Single(point => Math.Abs(point.GetProperty("rate").GetDouble() - 0.5) < 0.001);
        Assert.Equal(1, half.GetProperty("precision").GetDouble());
        Assert.Equal(1, half.GetProperty("recall").GetDouble());
        Assert.Equal(1, half.GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public async Task A_training_row_without_its_outcome_is_named_with_a_remedy()
    {
        Assert.Equal(1, await RunAsync(new(_run.Write("train.jsonl", [.. Rows(2), "", .. Rows(1, labelled: false)]))));

        Assert.Contains("train.jsonl, line 4", _run.Complaint, StringComparison.Ordinal);
        Assert.Contains("weak_correct", _run.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_without_an_answer_is_refused()
    {
        Assert.Equal(1, await RunAsync(new(_run.Write("train.jsonl", ["""{"prompt": "1+1?", "weak_correct": true}"""]))));

        Assert.Contains("line 1", _run.Complaint, StringComparison.Ordinal);
        Assert.Contains("weak_answer", _run.Complaint, StringComparison.Ordinal);
    }
}
