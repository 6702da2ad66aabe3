using HybridLlm.Metrics;
using static HybridLlm.Tests.Selection.Scene;

namespace HybridLlm.Tests.Selection;

public sealed class ExplorationTests
{
    // The best known model succeeds in nine of ten calls; of the other nobody knows.
    private static Scene Known(double share = 1)
    {
        var scene = new Scene(Model("known", 0.6), Model("unknown", 0.6)) { Tracker = new PerformanceTracker(new()) };
        scene.Routing.Exploration = share;
        return scene.Measure("known", TaskTypes.Format, successes: 18, failures: 2);
    }

    [Fact]
    public async Task Plan_explores_within_its_share_and_says_so()
    {
        var scene = Known(share: 0.1);
        var explored = new List<RoutePlan>();
        for (scene.Ordinal = 1; scene.Ordinal <= 1000; scene.Ordinal++)
        {
            var plan = await scene.PlanAsync(TaskTypes.Format);
            if (plan.Names()[0] == "unknown")
            {
                explored.Add(plan);
            }
        }

        Assert.InRange(explored.Count, 3, 103);
        Assert.All(explored, plan => Assert.Equal(["unknown", "known"], plan.Names()));
        Assert.Contains("explores: expected to succeed in 60% of calls, give or take", explored[0].Explain(), StringComparison.Ordinal);
        Assert.Contains("known is the best known; 10% of requests may try another", explored[0].Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_explores_the_same_requests_again_under_the_same_seed_and_others_under_another()
    {
        Assert.Equal(await FirstsAsync(seed: 1), await FirstsAsync(seed: 1));
        Assert.NotEqual(await FirstsAsync(seed: 1), await FirstsAsync(seed: 2));

        static async Task<List<string>> FirstsAsync(int seed)
        {
            var scene = Known(share: 0.5);
            scene.Routing.Learning.Seed = seed;
            var firsts = new List<string>();
            for (scene.Ordinal = 1; scene.Ordinal <= 60; scene.Ordinal++)
            {
                firsts.Add((await scene.PlanAsync(TaskTypes.Format)).Names()[0]);
            }

            return firsts;
        }
    }

    [Theory]
    [InlineData(RequestPriority.ResponseTime)]
    [InlineData(RequestPriority.Quality)]
    public async Task Plan_never_explores_where_time_or_quality_matters_most(RequestPriority priority)
    {
        var scene = Known();

        await AssertNeverExploresAsync(scene, new LlmRequest("hello", TaskTypes.Format) { Priority = priority });
    }

    [Fact]
    public async Task Plan_never_explores_for_a_request_that_names_its_model() =>
        await AssertNeverExploresAsync(Known(), new LlmRequest("hello", TaskTypes.Format) { Model = "known" });

    [Fact]
    public async Task Plan_never_explores_in_a_conversation_under_way()
    {
        var scene = Known();
        scene.Conversation = new("known", IsToolLoop: false);

        await AssertNeverExploresAsync(scene, new LlmRequest("hello", TaskTypes.Format));
    }

    [Fact]
    public async Task Plan_never_explores_with_a_share_of_0() =>
        await AssertNeverExploresAsync(Known(share: 0), new LlmRequest("hello", TaskTypes.Format));

    [Fact]
    public async Task Plan_of_a_request_that_is_only_planned_never_explores()
    {
        var scene = Known();
        scene.Ordinal = 0;

        Assert.Equal("known", (await scene.PlanAsync(TaskTypes.Format)).Names()[0]);
    }

    [Fact]
    public async Task Plan_never_explores_while_nothing_is_measured()
    {
        var scene = new Scene(Model("better", 0.7), Model("worse", 0.6)) { Tracker = new PerformanceTracker(new()) };
        scene.Routing.Exploration = 1;
        for (scene.Ordinal = 1; scene.Ordinal <= 100; scene.Ordinal++)
        {
            Assert.Equal("better", (await scene.PlanAsync(TaskTypes.Format)).Names()[0]);
        }
    }

    [Fact]
    public async Task Plan_never_explores_a_model_that_may_not_or_cannot_answer()
    {
        var scene = new Scene(Model("known", 0.6), Model("denied", 0.6), Model("resting", 0.6)) { Tracker = new PerformanceTracker(new()) };
        scene.Measure("known", TaskTypes.Format, successes: 18, failures: 2).Rule("taskType == 'format'", "denied", RuleEffect.Deny).Down("resting", RouteState.CoolingDown);
        scene.Routing.Exploration = 1;

        await AssertNeverExploresAsync(scene, new LlmRequest("hello", TaskTypes.Format));
    }

    [Fact]
    public async Task A_better_model_that_nobody_tried_is_found_and_kept()
    {
        var scene = new Scene(Model("assumed", 0.6), Model("better", 0.6)) { Tracker = new PerformanceTracker(new()) };
        scene.Routing.Exploration = 0.1;
        var random = new Random(5);
        var calls = new int[2];
        for (scene.Ordinal = 1; scene.Ordinal <= 1500; scene.Ordinal++)
        {
            var model = (await scene.PlanAsync(TaskTypes.Format)).Names()[0];
            var succeeded = random.NextDouble() < (model == "better" ? 0.95 : 0.75);
            scene.Measure(model, TaskTypes.Format, succeeded ? 1 : 0, succeeded ? 0 : 1);
            calls[scene.Ordinal > 1000 ? 1 : 0] += model == "better" ? 1 : 0;
        }

        Assert.InRange(calls[1], 400, 500);
    }

    [Fact]
    public async Task Expected_success_of_a_model_begins_with_what_it_does_elsewhere()
    {
        var scene = new Scene(Model("strong", 0.5), Model("weak", 0.5)) { Tracker = new PerformanceTracker(new()) };
        scene.Task(TaskTypes.Format, weights: new() { Success = 1 });
        scene.Measure("strong", TaskTypes.Translation, successes: 20).Measure("weak", TaskTypes.Translation, successes: 10, failures: 10);

        var plan = await scene.PlanAsync(TaskTypes.Format);

        Assert.Equal(["strong", "weak"], plan.Names());
        Assert.Equal(((4 * 0.5) + 20) / 24, plan.RouteOf("strong").Score.Success, 0.005);
    }

    [Fact]
    public async Task A_new_version_of_a_model_is_expected_to_do_as_the_old_one_but_explored_again()
    {
        var scene = Known();
        scene.Measure("unknown", TaskTypes.Format, successes: 70, failures: 30);
        var model = Model("unknown", 0.6) with { Version = "2" };

        var settled = await ExploredAsync(scene);
        scene.Tracker.Record(Metrics.Outcomes.Success("unknown", TaskTypes.Format) with { ModelVersion = "1" });
        scene.Catalog = new([Model("known", 0.6), model]);

        Assert.InRange(await ExploredAsync(scene), (2 * settled) + 1, 400);

        static async Task<int> ExploredAsync(Scene scene)
        {
            var explored = 0;
            for (scene.Ordinal = 1; scene.Ordinal <= 400; scene.Ordinal++)
            {
                explored += (await scene.PlanAsync(TaskTypes.Format)).Names()[0] == "unknown" ? 1 : 0;
            }

            return explored;
        }
    }

    private static async Task AssertNeverExploresAsync(Scene scene, LlmRequest request)
    {
        for (scene.Ordinal = 1; scene.Ordinal <= 200; scene.Ordinal++)
        {
            var plan = await scene.PlanAsync(request);

            Assert.Equal("known", plan.Names()[0]);
            Assert.DoesNotContain("explores", plan.Explain(), StringComparison.Ordinal);
        }
    }
}
