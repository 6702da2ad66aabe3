using HybridLlm.Metrics;
using HybridLlm.Selection;
using static HybridLlm.Tests.Selection.Scene;

namespace HybridLlm.Tests.Selection;

public sealed class DurationTests
{
    [Fact]
    public void Of_adds_the_first_token_and_the_time_of_each_expected_token()
    {
        var measured = new Measurement(10, 1, double.NaN, LatencyMs: 5000, TokensPerSecond: 50)
        {
            TimeToFirstTokenMs = 300,
            OutputTokens = 200,
        };

        Assert.Equal(300 + (200 * 20), PredictedDuration.Of(measured, limit: null), 6);
        Assert.Equal(300 + (10 * 20), PredictedDuration.Of(measured, limit: 10), 6);
        Assert.Equal(300 + (200 * 20), PredictedDuration.Of(measured, limit: 1000), 6);
    }

    [Fact]
    public void Of_takes_what_tokens_do_not_explain_for_the_first_token_where_that_was_never_seen()
    {
        var measured = new Measurement(10, 1, double.NaN, LatencyMs: 5000, TokensPerSecond: 50) { OutputTokens = 200 };

        Assert.Equal(5000, PredictedDuration.Of(measured, limit: null), 6);
        Assert.Equal(1000 + (10 * 20), PredictedDuration.Of(measured, limit: 10), 6);
    }

    [Fact]
    public void Of_is_the_mean_duration_where_nobody_told_the_tokens()
    {
        Assert.Equal(5000, PredictedDuration.Of(new Measurement(10, 1, double.NaN, 5000, 0), limit: 3), 6);
        Assert.Equal(0, PredictedDuration.Of(Measurement.None, limit: 3));
    }

    [Fact]
    public async Task Plan_prefers_the_slower_model_that_is_in_memory_to_the_faster_one_that_is_not()
    {
        var scene = new Scene(Model("fast"), Model("slow")).Task(TaskTypes.Format, weights: new() { Speed = 1 })
            .Measure("fast", TaskTypes.Format, successes: 100, ms: 500).Measure("slow", TaskTypes.Format, successes: 100, ms: 1000);
        Assert.Equal("fast", (await scene.PlanAsync(TaskTypes.Format)).Names()[0]);

        scene.Waits("fast", TimeSpan.FromSeconds(6), detail: "has to be loaded, about 6 s");
        var plan = await scene.PlanAsync(TaskTypes.Format);

        Assert.Equal(["slow", "fast"], plan.Names());
        Assert.Equal(6500, plan.RouteOf("fast").Score.ExpectedMs, 50.0);
        Assert.Contains("in about 6.5", plan.Explain(), StringComparison.Ordinal);
        Assert.Contains("(has to be loaded, about 6 s)", plan.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_counts_the_answers_that_are_waited_for()
    {
        var scene = new Scene(Model("a"), Model("b")).Task(TaskTypes.Format, weights: new() { Speed = 1 })
            .Measure("a", TaskTypes.Format, successes: 100, ms: 500).Measure("b", TaskTypes.Format, successes: 100, ms: 1000)
            .Waits("a", TimeSpan.Zero, turns: 3, detail: "busy");

        var plan = await scene.PlanAsync(TaskTypes.Format);

        Assert.Equal(["b", "a"], plan.Names());
        Assert.Equal(2000, plan.RouteOf("a").Score.ExpectedMs, 30.0);
    }

    [Fact]
    public async Task Plan_says_no_duration_where_nothing_is_known()
    {
        var scene = new Scene(Model("a")).Task(TaskTypes.Format, weights: new() { Speed = 1 });

        Assert.DoesNotContain("in about", (await scene.PlanAsync(TaskTypes.Format)).Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_weighs_the_price_of_prompt_and_answer()
    {
        var scene = new Scene(Model("local"), Model("cheap") with { InputPrice = 1, OutputPrice = 2 }, Model("dear") with { InputPrice = 10, OutputPrice = 30 })
            .Task(TaskTypes.Format, weights: new() { Cost = 1 })
            .Measure("cheap", TaskTypes.Format, successes: 10, outputTokens: 100).Measure("dear", TaskTypes.Format, successes: 10, outputTokens: 100);
        var request = new LlmRequest("hello", TaskTypes.Format);
        scene.Routing.AccuracyBoost = 0;

        var plan = await scene.PlanAsync(request, new() { TaskType = TaskTypes.Format, EstimatedInputTokens = 1000, EstimatedOutputTokens = 100 });

        Assert.Equal(["local", "cheap", "dear"], plan.Names());
        Assert.Equal(1, plan.RouteOf("local").Score.Cost, 6);
        Assert.Equal(1 - (1200 / 13_000.0), plan.RouteOf("cheap").Score.Cost, 6);
        Assert.Equal(0, plan.RouteOf("dear").Score.Cost, 6);
        Assert.Contains("Cost 1.00", plan.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_weighs_the_memory_and_hopes_for_nothing_where_it_is_not_known()
    {
        var scene = new Scene(Model("large") with { MemoryMB = 8000 }, Model("unknown"), Model("small") with { MemoryMB = 2000 })
            .Task(TaskTypes.Format, weights: new() { Memory = 1 });

        var plan = await scene.PlanAsync(TaskTypes.Format);

        Assert.Equal("small", plan.Names()[0]);
        Assert.Equal(0.75, plan.RouteOf("small").Score.Memory, 6);
        Assert.Equal(0, plan.RouteOf("unknown").Score.Memory);
    }
}
