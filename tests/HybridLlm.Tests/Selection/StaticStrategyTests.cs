using static HybridLlm.Tests.Selection.Scene;

namespace HybridLlm.Tests.Selection;

public sealed class StaticStrategyTests
{
    [Fact]
    public async Task Plan_when_nothing_is_said_puts_the_best_quality_first()
    {
        var plan = await new Scene(Model("small", 0.4, 0.9), Model("large", 0.9, 0.2), Model("middle", 0.7, 0.5)).PlanAsync();

        Assert.Equal(["large", "middle", "small"], plan.Names());
        Assert.Empty(plan.Rejected);
        Assert.Contains("best quality", plan.Strategy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_when_response_time_matters_puts_the_fastest_model_first()
    {
        var scene = new Scene(Model("large", 0.9, 0.2), Model("small", 0.4, 0.9), Model("middle", 0.7, 0.5)).Task(TaskTypes.General, @default: "large");

        var plan = await scene.PlanAsync(new LlmRequest("hello", TaskTypes.General) { Priority = RequestPriority.ResponseTime });

        Assert.Equal(["small", "middle", "large"], plan.Names());
        Assert.Equal(1, plan.Routes[0].Score.Speed);
        Assert.Contains("fastest", plan.Strategy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_when_quality_matters_puts_the_best_model_first_whatever_the_default()
    {
        var scene = new Scene(Model("small", 0.4, 0.9), Model("large", 0.9, 0.2)).Task(TaskTypes.Template, @default: "small");

        var plan = await scene.PlanAsync(new LlmRequest("hello", TaskTypes.Template) { Priority = RequestPriority.Quality });

        Assert.Equal(["large", "small"], plan.Names());
    }

    [Fact]
    public async Task Plan_for_structured_output_puts_the_best_structured_model_first()
    {
        var scene = new Scene(
            Model("writer", 0.9),
            Model("coder", 0.6) with { Tasks = At(TaskTypes.StructuredOutput, quality: 0.95) });

        Assert.Equal("coder", (await scene.PlanAsync(TaskTypes.StructuredOutput)).Names()[0]);
        Assert.Equal("writer", (await scene.PlanAsync()).Names()[0]);
    }

    [Fact]
    public async Task Plan_for_structured_output_prefers_a_model_that_is_held_to_schemas()
    {
        var strict = Model("strict", 0.65);
        var plan = await new Scene(Model("loose", 0.7), strict with { Features = strict.Features | LlmFeatures.JsonSchema }).PlanAsync(TaskTypes.StructuredOutput);

        Assert.Equal(["strict", "loose"], plan.Names());
        Assert.Equal(0.1, plan.Routes[0].Score.Preference, 10);
    }

    [Fact]
    public async Task Plan_when_models_are_listed_for_the_task_keeps_their_order_and_drops_the_others()
    {
        var scene = new Scene(Model("large", 0.95), Model("small", 0.3), Model("middle", 0.6)).Task(TaskTypes.Template, models: ["small", "middle"]);

        var plan = await scene.PlanAsync(TaskTypes.Template);

        Assert.Equal(["small", "middle"], plan.Names());
        Assert.True(plan.Routes[0].Score.Preference > 0);
        Assert.Equal(RejectionReason.NotListedForTask, plan.RejectionOf("large").Reason);
        Assert.Contains("template", plan.RejectionOf("large").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_when_none_of_the_listed_models_can_serve_falls_through_to_no_other()
    {
        var scene = new Scene(Model("blind"), Model("seeing") with { Features = LlmFeatures.Vision }).Task(TaskTypes.Analysis, models: ["blind", "missing"]);

        var plan = await scene.PlanAsync(new LlmRequest("look", TaskTypes.Analysis), new TaskProfile { TaskType = TaskTypes.Analysis, RequiredFeatures = LlmFeatures.Vision });

        Assert.Empty(plan.Routes);
        Assert.Equal(RejectionReason.MissingFeature, plan.RejectionOf("blind").Reason);
        Assert.Equal(RejectionReason.NotListedForTask, plan.RejectionOf("seeing").Reason);
    }

    [Fact]
    public async Task Plan_puts_the_default_of_the_task_ahead_of_its_list_and_of_better_models()
    {
        var scene = new Scene(Model("a", 0.9), Model("b", 0.2), Model("c", 0.7)).Task(TaskTypes.Format, @default: "b", models: ["c", "a"]);
        Assert.Equal(["b", "c", "a"], (await scene.PlanAsync(TaskTypes.Format)).Names());

        var open = new Scene(Model("a", 0.9), Model("b", 0.2), Model("c", 0.7)).Task(TaskTypes.Format, @default: "b");
        Assert.Equal(["b", "a", "c"], (await open.PlanAsync(TaskTypes.Format)).Names());
    }

    [Fact]
    public async Task Plan_puts_the_default_model_first_only_where_the_task_says_nothing()
    {
        var scene = new Scene(
            Model("best", 0.9),
            Model("usual", 0.5) with { Aliases = ["everyday"] },
            Model("picker", 0.6) with { Tasks = At(TaskTypes.ToolSelection, suitable: true, quality: 0.85) });
        scene.Routing.DefaultModel = "everyday";
        scene.Task(TaskTypes.Format, @default: "best");

        Assert.Equal(["usual", "best", "picker"], (await scene.PlanAsync()).Names());
        Assert.Equal("best", (await scene.PlanAsync(TaskTypes.Format)).Names()[0]);
        Assert.Equal("picker", (await scene.PlanAsync(TaskTypes.ToolSelection)).Names()[0]);
    }

    [Fact]
    public async Task Plan_without_a_default_takes_the_built_in_one_among_equals_only()
    {
        Assert.Equal(RoutingOptions.BuiltInDefaultModel, (await new Scene(Model("a"), Model(RoutingOptions.BuiltInDefaultModel)).PlanAsync()).Names()[0]);
        Assert.Equal("a", (await new Scene(Model("a", 0.51), Model(RoutingOptions.BuiltInDefaultModel)).PlanAsync()).Names()[0]);
    }

    [Fact]
    public async Task Plan_keeps_a_model_off_a_task_that_it_does_not_suit()
    {
        var scene = new Scene(Model("a", 0.9) with { Tasks = At(TaskTypes.Translation, suitable: false) }, Model("b"));

        var plan = await scene.PlanAsync(TaskTypes.Translation);

        Assert.Equal(["b"], plan.Names());
        Assert.Equal(RejectionReason.NotSuitable, plan.RejectionOf("a").Reason);
        Assert.Equal(["a", "b"], (await scene.PlanAsync()).Names());
    }

    [Fact]
    public async Task Plan_prefers_models_that_are_said_to_suit_the_task()
    {
        var scene = new Scene(Model("a", 0.6), Model("b", 0.55) with { Tasks = At(TaskTypes.Translation, suitable: true) });

        Assert.Equal(["b", "a"], (await scene.PlanAsync(TaskTypes.Translation)).Names());
        Assert.Equal(["a", "b"], (await scene.PlanAsync()).Names());
    }

    [Fact]
    public async Task Plan_applies_configured_weights_from_the_first_request_on()
    {
        var scene = new Scene(Model("large", 0.9, 0.2), Model("small", 0.4, 0.8)).Task(TaskTypes.Summarization, weights: new() { Speed = 3, Quality = 1 });

        var plan = await scene.PlanAsync(TaskTypes.Summarization);

        Assert.Equal(["small", "large"], plan.Names());
        Assert.Equal(0.75, plan.Routes[0].Score.Speed, 10);
        Assert.Equal(0.25 * 0.4, plan.Routes[0].Score.Quality, 10);
        Assert.Equal(0.75 * 0.25, plan.Routes[1].Score.Speed, 10);
    }

    [Fact]
    public async Task Plan_keeps_the_default_first_under_configured_weights_too()
    {
        var scene = new Scene(Model("fast", 0.5, 1), Model("slow", 0.5, 0.1)).Task(TaskTypes.Format, @default: "slow", weights: new() { Speed = 1 });

        Assert.Equal(["slow", "fast"], (await scene.PlanAsync(TaskTypes.Format)).Names());
    }

    [Fact]
    public async Task Plan_takes_weights_that_are_all_zero_for_none()
    {
        var scene = new Scene(Model("large", 0.9, 0.2), Model("small", 0.4, 0.8)).Task(TaskTypes.Summarization, weights: new());

        var plan = await scene.PlanAsync(TaskTypes.Summarization);

        Assert.Equal("large", plan.Names()[0]);
        Assert.Equal(0.9, plan.Routes[0].Score.Total, 10);
    }

    [Fact]
    public async Task Plan_is_the_same_each_time_and_settles_ties_by_the_order_of_the_catalog()
    {
        var scene = new Scene([.. Enumerable.Range(0, 100).Select(i => Model($"m{i}", 0.5 + (i % 3 * 0.1)))]);

        var first = (await scene.PlanAsync()).Names();

        Assert.Equal(first, (await scene.PlanAsync()).Names());
        Assert.Equal([.. Enumerable.Range(0, 100).OrderByDescending(i => i % 3).ThenBy(i => i).Select(i => $"m{i}")], first);
    }

    [Fact]
    public async Task Plan_when_the_catalog_is_empty_has_no_routes()
    {
        var plan = await new Scene().PlanAsync();

        Assert.Empty(plan.Routes);
        Assert.Empty(plan.Rejected);
    }
}
