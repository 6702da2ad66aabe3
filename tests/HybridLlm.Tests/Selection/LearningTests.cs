using HybridLlm.Metrics;
using static HybridLlm.Tests.Selection.Scene;

namespace HybridLlm.Tests.Selection;

public sealed class LearningTests
{
    [Theory]
    [InlineData(TaskTypes.ToolSelection, "small")]
    [InlineData(TaskTypes.StructuredOutput, "large")]
    [InlineData(TaskTypes.NarrativeGeneration, "large")]
    [InlineData(TaskTypes.Classification, "small")]
    public async Task Requests_of_a_task_type_move_to_the_model_that_measures_better_for_it(string taskType, string better)
    {
        // What is assumed says the opposite of what is true.
        var worse = better == "small" ? "large" : "small";
        var scene = new Scene(Model("small", better == "small" ? 0.5 : 0.8, 0.6), Model("large", better == "small" ? 0.8 : 0.5, 0.5));
        Assert.Equal(worse, (await scene.PlanAsync(taskType)).Names()[0]);

        scene.Measure(better, taskType, successes: 19, failures: 1, ms: 500, tokensPerSecond: 40);
        scene.Measure(worse, taskType, successes: 13, failures: 7, ms: 1000, tokensPerSecond: 20);

        Assert.Equal(better, (await scene.PlanAsync(taskType)).Names()[0]);
        Assert.Equal(worse, (await scene.PlanAsync(TaskTypes.Debugging)).Names()[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Requests_answered_by_the_first_route_that_succeeds_end_up_at_the_better_model_of_each_task(int seed)
    {
        // Each task has its own truth; only what the plan's own choices and their fallbacks bring is recorded.
        var truth = new Dictionary<(string Model, string Task), (double Success, double Ms)>
        {
            [("assumed", TaskTypes.ToolSelection)] = (0.55, 900),
            [("proven", TaskTypes.ToolSelection)] = (0.95, 300),
            [("assumed", TaskTypes.Translation)] = (0.95, 900),
            [("proven", TaskTypes.Translation)] = (0.40, 300),
        };
        var scene = new Scene(Model("assumed", 0.8), Model("proven", 0.5)) { Tracker = new PerformanceTracker(new()) };
        var random = new Random(seed);
        foreach (var task in (string[])[TaskTypes.ToolSelection, TaskTypes.Translation])
        {
            Assert.Equal("assumed", (await scene.PlanAsync(task)).Names()[0]);
            for (var request = 0; request < 60; request++)
            {
                foreach (var model in (await scene.PlanAsync(task)).Names())
                {
                    var (success, ms) = truth[(model, task)];
                    var succeeded = random.NextDouble() < success;
                    scene.Measure(model, task, succeeded ? 1 : 0, succeeded ? 0 : 1, ms);
                    if (succeeded)
                    {
                        break;
                    }
                }
            }
        }

        Assert.Equal("proven", (await scene.PlanAsync(TaskTypes.ToolSelection)).Names()[0]);
        Assert.Equal("assumed", (await scene.PlanAsync(TaskTypes.Translation)).Names()[0]);
    }

    [Fact]
    public async Task Plan_below_the_accuracy_floor_drops_the_model_for_that_task_only()
    {
        var scene = new Scene(Model("a", 0.9), Model("b")).Measure("a", TaskTypes.Format, successes: 2, failures: 5);

        var plan = await scene.PlanAsync(TaskTypes.Format);

        Assert.Equal(["b"], plan.Names());
        Assert.Equal(RejectionReason.AccuracyBelowFloor, plan.RejectionOf("a").Reason);
        Assert.Contains("0.3", plan.RejectionOf("a").Detail, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], (await scene.PlanAsync()).Names());
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public async Task Plan_drops_no_model_before_there_is_enough_evidence(int failures, bool dropped)
    {
        var scene = new Scene(Model("a", 0.9), Model("b", 0.1)).Measure("a", TaskTypes.Format, successes: 0, failures);

        Assert.Equal(dropped, (await scene.PlanAsync(TaskTypes.Format)).Rejected.Count == 1);
    }

    [Theory]
    [InlineData(8, 2, 0.2)]
    [InlineData(7, 3, 0)]
    [InlineData(4, 0, 0)]
    public async Task Plan_above_the_boost_threshold_adds_the_boost(int successes, int failures, double boost)
    {
        var scene = new Scene(Model("a")).Measure("a", TaskTypes.Format, successes, failures);

        Assert.Equal(boost, (await scene.PlanAsync(TaskTypes.Format)).Routes[0].Score.AccuracyBoost);
    }

    [Fact]
    public async Task Plan_takes_floor_boost_and_evidence_from_the_options()
    {
        var scene = new Scene(Model("a"), Model("b"))
            .Measure("a", TaskTypes.Format, successes: 1, failures: 1).Measure("b", TaskTypes.Format, successes: 2);
        scene.Routing.AccuracyFloor = 0.6;
        scene.Routing.AccuracyBoostAbove = 0.9;
        scene.Routing.AccuracyBoost = 0.35;
        scene.Routing.MinimumEvidence = 2;

        var plan = await scene.PlanAsync(TaskTypes.Format);

        Assert.Equal(RejectionReason.AccuracyBelowFloor, plan.RejectionOf("a").Reason);
        Assert.Equal(0.35, plan.RouteOf("b").Score.AccuracyBoost);
    }

    [Fact]
    public async Task Plan_blends_profile_and_measurements_by_prior_strength()
    {
        // One candidate is its own fastest, so its speed is 1; 12 calls against a prior worth 4 leave a quarter to the static strategy.
        var scene = new Scene(Model("a", quality: 0.8)).Measure("a", TaskTypes.General, successes: 9, failures: 3, ms: 700);

        var score = (await scene.PlanAsync()).Routes[0].Score;

        Assert.Equal(((0.25 * 1) + (0.75 * 0.6)) * 0.8, score.Quality, 10);
        Assert.Equal(0.75 * 0.3 * (((4 * 0.8) + (12 * 0.75)) / 16), score.Success, 10);
        Assert.Equal(0.75 * 0.1, score.Speed, 10);
        Assert.Equal(12, score.Evidence);
    }

    [Fact]
    public async Task The_example_of_the_documentation_comes_out_as_it_says()
    {
        var scene = new Scene(
            Model("large", 0.9, 0.3) with { ParameterCount = 8_000_000_000 },
            Model("small", 0.5, 0.8) with { ParameterCount = 500_000_000 });
        Assert.Equal(["large", "small"], (await scene.PlanAsync(TaskTypes.ToolSelection)).Names());

        scene.Measure("large", TaskTypes.ToolSelection, successes: 19, failures: 1, ms: 1200).Measure("small", TaskTypes.ToolSelection, successes: 18, failures: 2, ms: 300);
        var plan = await scene.PlanAsync(TaskTypes.ToolSelection);

        Assert.Equal(["small", "large"], plan.Names());
        Assert.Equal(1.12, plan.RouteOf("small").Score.Total, 2);
        Assert.Equal(0.82, plan.RouteOf("large").Score.Total, 2);
        Assert.Equal(0.46, plan.RouteOf("small").Score.Speed, 2);
        Assert.Equal(0.27 * 0.46, plan.RouteOf("large").Score.Speed, 2);
        Assert.Equal(0.09, plan.RouteOf("small").Score.SmallModel, 2);
    }

    [Fact]
    public async Task Plan_measures_speed_in_relation_to_the_fastest_candidate()
    {
        var scene = new Scene(Model("a", speed: 0.5), Model("b", speed: 0.5)).Task(TaskTypes.Format, weights: new() { Speed = 1 })
            .Measure("a", TaskTypes.Format, successes: 1000, ms: 200).Measure("b", TaskTypes.Format, successes: 1000, ms: 800);

        var plan = await scene.PlanAsync(TaskTypes.Format);

        Assert.Equal(1, plan.RouteOf("a").Score.Speed);
        Assert.Equal(0.25, plan.RouteOf("b").Score.Speed, 2);
    }

    [Fact]
    public async Task Plan_puts_models_that_were_never_called_on_the_measured_scale()
    {
        // The only measured model is assumed to be half as fast as the other; being the only one measured must not make it the fastest.
        var scene = new Scene(Model("slow", speed: 0.4), Model("new", speed: 0.8)).Task(TaskTypes.Format, weights: new() { Speed = 1 })
            .Measure("slow", TaskTypes.Format, successes: 100, ms: 5000);

        var plan = await scene.PlanAsync(TaskTypes.Format);

        Assert.Equal(1, plan.RouteOf("new").Score.Speed, 10);
        Assert.Equal(0.5, plan.RouteOf("slow").Score.Speed, 10);
    }

    [Fact]
    public async Task Plan_for_narrative_weighs_tokens_per_second()
    {
        var scene = new Scene(Model("slow"), Model("quick"))
            .Measure("slow", TaskTypes.NarrativeGeneration, successes: 50, ms: 900, tokensPerSecond: 10)
            .Measure("quick", TaskTypes.NarrativeGeneration, successes: 50, ms: 1000, tokensPerSecond: 50);

        var plan = await scene.PlanAsync(TaskTypes.NarrativeGeneration);

        Assert.Equal(["quick", "slow"], plan.Names());
        Assert.True(plan.RouteOf("quick").Score.Throughput > 3 * plan.RouteOf("slow").Score.Throughput);
        Assert.Equal(0, plan.RouteOf("slow").Score.Speed);
    }

    [Theory]
    [InlineData(TaskTypes.ToolSelection, "fast")]
    [InlineData(TaskTypes.StructuredOutput, "sound")]
    public async Task Plan_for_tool_selection_weighs_speed_then_success_and_for_structured_output_the_reverse(string taskType, string first)
    {
        var scene = new Scene(Model("sound"), Model("fast"))
            .Measure("sound", taskType, successes: 96, failures: 4, ms: 1000)
            .Measure("fast", taskType, successes: 80, failures: 20, ms: 500);

        Assert.Equal(first, (await scene.PlanAsync(taskType)).Names()[0]);
    }

    [Fact]
    public async Task Plan_for_tool_selection_prefers_a_smaller_model_while_its_success_is_high()
    {
        var scene = new Scene(Model("large") with { ParameterCount = 8_000_000_000 }, Model("small") with { ParameterCount = 500_000_000 }, Model("unknown"))
            .Measure("large", TaskTypes.ToolSelection, successes: 20).Measure("small", TaskTypes.ToolSelection, successes: 18, failures: 2);

        var plan = await scene.PlanAsync(TaskTypes.ToolSelection);
        Assert.Equal("small", plan.Names()[0]);
        Assert.Equal(0.1 * (1 - (0.5 / 8)), plan.RouteOf("small").Score.SmallModel, 10);
        Assert.Equal(0, plan.RouteOf("large").Score.SmallModel);
        Assert.Equal(0, plan.RouteOf("unknown").Score.SmallModel);

        scene.Measure("small", TaskTypes.ToolSelection, successes: 0, failures: 20);
        plan = await scene.PlanAsync(TaskTypes.ToolSelection);
        Assert.Equal("large", plan.Names()[0]);
        Assert.Equal(0, plan.RouteOf("small").Score.SmallModel);
    }

    [Fact]
    public async Task Plan_estimates_the_size_from_the_memory_where_parameters_are_not_known()
    {
        var scene = new Scene(Model("large") with { MemoryMB = 5000 }, Model("small") with { MemoryMB = 500 })
            .Measure("small", TaskTypes.ToolSelection, successes: 20);

        Assert.Equal(0.09, (await scene.PlanAsync(TaskTypes.ToolSelection)).RouteOf("small").Score.SmallModel, 10);
    }

    [Fact]
    public async Task Plan_for_complex_requests_weighs_quality_more_and_for_simple_ones_speed()
    {
        var scene = new Scene(Model("good", 0.9, 0.4), Model("quick", 0.6, 0.9))
            .Measure("good", TaskTypes.Summarization, successes: 40, ms: 2000).Measure("quick", TaskTypes.Summarization, successes: 40, ms: 1300);

        Assert.Equal("good", (await Plan(ComplexityLevel.Complex)).Names()[0]);
        Assert.Equal("quick", (await Plan(ComplexityLevel.Simple)).Names()[0]);

        Task<RoutePlan> Plan(ComplexityLevel complexity) => scene.PlanAsync(new LlmRequest("hello", TaskTypes.Summarization) { Complexity = complexity });
    }

    [Fact]
    public async Task Plan_uses_what_was_measured_at_the_complexity_once_there_is_enough_of_it()
    {
        var scene = new Scene(Model("a", 0.9), Model("b", 0.8))
            .Measure("a", TaskTypes.Debugging, successes: 60, complexity: ComplexityLevel.Simple)
            .Measure("a", TaskTypes.Debugging, successes: 0, failures: 4, complexity: ComplexityLevel.Complex);
        Assert.Equal(64, (await Plan(ComplexityLevel.Complex)).RouteOf("a").Score.Evidence);

        scene.Measure("a", TaskTypes.Debugging, successes: 0, failures: 1, complexity: ComplexityLevel.Complex);

        Assert.Equal(RejectionReason.AccuracyBelowFloor, (await Plan(ComplexityLevel.Complex)).RejectionOf("a").Reason);
        Assert.Equal(60, (await Plan(ComplexityLevel.Simple)).RouteOf("a").Score.Evidence);
        Assert.Equal("a", (await Plan(ComplexityLevel.Simple)).Names()[0]);

        Task<RoutePlan> Plan(ComplexityLevel complexity) => scene.PlanAsync(new LlmRequest("hello", TaskTypes.Debugging) { Complexity = complexity });
    }

    [Fact]
    public async Task Plan_moves_quality_towards_the_ratings_but_never_beyond_halfway()
    {
        var scene = new Scene(Model("liked", 0.5), Model("disliked", 0.7))
            .Measure("liked", TaskTypes.CreativeWriting, successes: 1000, rating: 1).Measure("disliked", TaskTypes.CreativeWriting, successes: 1000, rating: 0.5);

        var plan = await scene.PlanAsync(TaskTypes.CreativeWriting);

        Assert.Equal("liked", plan.Names()[0]);
        Assert.Equal(0.75 * 0.55, plan.RouteOf("liked").Score.Quality, 2);
        Assert.Equal(0.6 * 0.55, plan.RouteOf("disliked").Score.Quality, 2);
    }

    [Fact]
    public async Task Preferences_fade_as_evidence_comes()
    {
        var scene = new Scene(Model("a", 0.9), Model("usual", 0.5)).Task(TaskTypes.Format, @default: "usual");
        Assert.Equal(0.45, (await scene.PlanAsync(TaskTypes.Format)).RouteOf("usual").Score.Preference, 10);

        scene.Measure("usual", TaskTypes.Format, successes: 4);
        Assert.Equal(0.225, (await scene.PlanAsync(TaskTypes.Format)).RouteOf("usual").Score.Preference, 10);
    }

    [Fact]
    public async Task Plan_stays_with_a_default_that_does_well_while_nothing_is_known_of_the_others()
    {
        var scene = new Scene(Model("assumed better", 0.8, 0.5), Model("usual", 0.5, 0.6)).Task(TaskTypes.Format, @default: "usual");
        for (var calls = 0; calls < 100; calls++)
        {
            Assert.Equal("usual", (await scene.PlanAsync(TaskTypes.Format)).Names()[0]);
            scene.Measure("usual", TaskTypes.Format, successes: 1);
        }
    }

    [Fact]
    public async Task Plan_says_how_far_it_rests_on_measurements()
    {
        var scene = new Scene(Model("a"));
        Assert.Contains("assumed", (await scene.PlanAsync()).Explain(), StringComparison.Ordinal);

        scene.Measure("a", TaskTypes.General, successes: 7);
        var plan = await scene.PlanAsync();

        Assert.Contains("from 7 calls", plan.Explain(), StringComparison.Ordinal);
        Assert.Contains("quality 0.60, success 0.30, speed 0.10", plan.Strategy, StringComparison.Ordinal);
    }
}
