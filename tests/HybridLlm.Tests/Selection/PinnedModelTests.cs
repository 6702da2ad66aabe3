using Microsoft.Extensions.AI;
using static HybridLlm.Tests.Selection.Scene;

namespace HybridLlm.Tests.Selection;

public sealed class PinnedModelTests
{
    private static LlmRequest Named(string model, string taskType = TaskTypes.General) => new("hello", taskType) { Model = model };

    [Fact]
    public async Task Plan_when_the_request_names_a_model_uses_only_it_and_its_fallbacks_in_order()
    {
        var scene = new Scene(
            Model("best", 1),
            Model("a", 0.1) with { Fallbacks = ["b", "c"] },
            Model("b", 0.2) with { Fallbacks = ["d", "a"] },
            Model("c", 0.9),
            Model("d", 0.9) with { Fallbacks = ["b"] });

        var plan = await scene.PlanAsync(Named("A"));

        Assert.Equal(["a", "b", "c", "d"], plan.Names());
        Assert.Null(plan.Routes[0].Note);
        Assert.All(plan.Routes.Skip(1), route => Assert.Equal("fallback of a", route.Note));
        Assert.Equal(RejectionReason.NotRequested, plan.RejectionOf("best").Reason);
    }

    [Fact]
    public async Task Plan_takes_the_name_from_the_options_and_knows_aliases()
    {
        var scene = new Scene(Model("best", 1), Model("a") with { Aliases = ["alpha"] });

        var plan = await scene.PlanAsync(new LlmRequest([new(ChatRole.User, "hello")], new ChatOptions { ModelId = "ALPHA" }));

        Assert.Equal(["a"], plan.Names());
    }

    [Fact]
    public async Task Plan_when_the_named_model_is_not_known_throws()
    {
        var exception = await Assert.ThrowsAsync<UnknownModelException>(() => new Scene(Model("a")).PlanAsync(Named("b")));

        Assert.Equal("b", exception.Model);
    }

    [Fact]
    public async Task Plan_when_a_model_is_named_overrides_lists_suitability_and_the_accuracy_floor()
    {
        var scene = new Scene(Model("a") with { Tasks = At(TaskTypes.Format, suitable: false) }, Model("b"))
            .Task(TaskTypes.Format, models: ["b"])
            .Measure("a", TaskTypes.Format, successes: 0, failures: 20);

        Assert.Equal(["a"], (await scene.PlanAsync(Named("a", TaskTypes.Format))).Names());
    }

    [Fact]
    public async Task Plan_when_the_named_model_cannot_be_called_goes_to_its_fallback()
    {
        var scene = new Scene(Model("a") with { Fallbacks = ["b"] }, Model("b")).Down("a", RouteState.CircuitOpen);

        var plan = await scene.PlanAsync(Named("a"));

        Assert.Equal(["b"], plan.Names());
        Assert.Equal(RejectionReason.CircuitOpen, plan.RejectionOf("a").Reason);
    }

    [Fact]
    public async Task Plan_when_neither_the_named_model_nor_its_fallbacks_can_be_called_still_tries_them()
    {
        var scene = new Scene(Model("a") with { Fallbacks = ["b"] }, Model("b"), Model("c"))
            .Down("a", RouteState.CircuitOpen, TimeSpan.FromSeconds(9)).Down("b", RouteState.CoolingDown);

        var plan = await scene.PlanAsync(Named("a"));

        Assert.Equal(["a", "b"], plan.Names());
        Assert.All(plan.Routes, route => Assert.StartsWith("last resort", route.Note, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_when_the_named_model_lacks_a_feature_goes_to_a_fallback_that_has_it()
    {
        var scene = new Scene(Model("a") with { Features = LlmFeatures.None, Fallbacks = ["b"] }, Model("b"));

        var plan = await scene.PlanAsync(Named("a") with { Options = WithTool() });

        Assert.Equal(["b"], plan.Names());
        Assert.Equal(RejectionReason.MissingFeature, plan.RejectionOf("a").Reason);
    }

    [Fact]
    public async Task Plan_puts_the_fallbacks_of_the_first_route_directly_behind_it()
    {
        var scene = new Scene(Model("best", 0.9) with { Fallbacks = ["d", "missing", "c"] }, Model("b", 0.8), Model("c", 0.7), Model("d", 0.1));

        var plan = await scene.PlanAsync();

        Assert.Equal(["best", "d", "c", "b"], plan.Names());
        Assert.Equal("fallback of best", plan.RouteOf("d").Note);
        Assert.Null(plan.RouteOf("b").Note);
    }
}
