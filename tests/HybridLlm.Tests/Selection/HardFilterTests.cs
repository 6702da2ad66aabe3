using Microsoft.Extensions.AI;
using static HybridLlm.Tests.Selection.Scene;

namespace HybridLlm.Tests.Selection;

public sealed class HardFilterTests
{
    private static ModelProfile With(string name, LlmFeatures features, double quality = 0.5) => Model(name, quality) with { Features = features };

    [Theory]
    [InlineData(LlmFeatures.Streaming)]
    [InlineData(LlmFeatures.Tools)]
    [InlineData(LlmFeatures.JsonSchema)]
    [InlineData(LlmFeatures.Vision)]
    public async Task Plan_keeps_only_models_that_have_the_required_feature(LlmFeatures feature)
    {
        var all = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Vision;
        var scene = new Scene(With("lacks", all & ~feature, 0.9), With("has", feature));

        var plan = await scene.PlanAsync(new LlmRequest("hello"), new TaskProfile { RequiredFeatures = feature });

        Assert.Equal(["has"], plan.Names());
        Assert.Equal(RejectionReason.MissingFeature, plan.RejectionOf("lacks").Reason);
        Assert.Contains(feature.ToString(), plan.RejectionOf("lacks").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_when_streaming_is_required_keeps_only_models_that_stream()
    {
        var scene = new Scene(With("whole", LlmFeatures.Tools, 0.9), With("stream", LlmFeatures.Streaming));

        Assert.Equal(["stream"], (await scene.PlanAsync(new LlmRequest("hello") { RequireStreaming = true })).Names());
        Assert.Equal(["whole", "stream"], (await scene.PlanAsync(new LlmRequest("hello"))).Names());
    }

    [Fact]
    public async Task Plan_when_streaming_is_required_does_not_depend_on_a_classifier_that_says_so()
    {
        var scene = new Scene(With("whole", LlmFeatures.Tools, 0.9), With("stream", LlmFeatures.Streaming));

        var plan = await scene.PlanAsync(new LlmRequest("hello") { RequireStreaming = true }, new TaskProfile());

        Assert.Equal(["stream"], plan.Names());
    }

    [Fact]
    public async Task Plan_never_uses_a_model_that_only_makes_embeddings()
    {
        var scene = new Scene(With("embedder", LlmFeatures.Embeddings, 0.9), With("both", LlmFeatures.Embeddings | LlmFeatures.Streaming), With("plain", LlmFeatures.None, 0.4));

        var plan = await scene.PlanAsync();

        Assert.Equal(["both", "plain"], plan.Names());
        Assert.Equal(RejectionReason.MissingFeature, plan.RejectionOf("embedder").Reason);
        Assert.Empty((await scene.PlanAsync(new LlmRequest("hello") { Model = "embedder" })).Routes);
    }

    [Fact]
    public async Task Plan_drops_models_whose_context_does_not_hold_the_prompt_and_an_answer()
    {
        var scene = new Scene(Model("short", 0.9) with { ContextLength = 4096 }, Model("long") with { ContextLength = 32768 }, Model("unknown", 0.1));

        Assert.Equal(["short", "long", "unknown"], (await Plan(3840)).Names());
        var plan = await Plan(3841);

        Assert.Equal(["long", "unknown"], plan.Names());
        Assert.Equal(RejectionReason.ContextTooSmall, plan.RejectionOf("short").Reason);
        Assert.Contains("4096", plan.RejectionOf("short").Detail, StringComparison.Ordinal);

        Task<RoutePlan> Plan(int tokens) => scene.PlanAsync(new LlmRequest("hello"), new TaskProfile { EstimatedInputTokens = tokens });
    }

    [Fact]
    public async Task Plan_keeps_room_for_the_answer_that_the_request_asks_for_up_to_a_quarter_of_the_context()
    {
        var scene = new Scene(Model("short") with { ContextLength = 4096 });

        Assert.Single((await Plan(3072)).Routes);
        Assert.Empty((await Plan(3073)).Routes);

        Task<RoutePlan> Plan(int tokens) => scene.PlanAsync(
            new LlmRequest([new(ChatRole.User, "hello")], new ChatOptions { MaxOutputTokens = 8000 }), new TaskProfile { EstimatedInputTokens = tokens });
    }

    [Theory]
    [InlineData(RouteState.CoolingDown, RejectionReason.CoolingDown)]
    [InlineData(RouteState.CircuitOpen, RejectionReason.CircuitOpen)]
    [InlineData(RouteState.ProviderUnhealthy, RejectionReason.ProviderUnhealthy)]
    public async Task Plan_drops_models_that_cannot_be_called_now_and_says_why(RouteState state, RejectionReason reason)
    {
        var plan = await new Scene(Model("down", 0.9), Model("up")).Down("down", state, detail: "connection refused").PlanAsync();

        Assert.Equal(["up"], plan.Names());
        Assert.Equal(new(plan.RejectionOf("down").Model, reason, "connection refused"), plan.RejectionOf("down"));
    }

    [Fact]
    public async Task Plan_when_no_model_is_in_order_tries_them_by_when_they_are_worth_asking_again()
    {
        var scene = new Scene(Model("gone", 0.9), Model("later", 0.8), Model("soon", 0.1))
            .Down("gone", RouteState.ProviderUnhealthy)
            .Down("later", RouteState.CircuitOpen, TimeSpan.FromSeconds(30))
            .Down("soon", RouteState.CoolingDown, TimeSpan.FromSeconds(2));

        var plan = await scene.PlanAsync();

        Assert.Equal(["soon", "later", "gone"], plan.Names());
        Assert.All(plan.Routes, route => Assert.StartsWith("last resort", route.Note, StringComparison.Ordinal));
        Assert.Empty(plan.Rejected);
        Assert.StartsWith("last resort", plan.Strategy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_when_only_poor_models_can_be_called_tries_them_ahead_of_those_that_cannot()
    {
        var scene = new Scene(Model("down", 0.9), Model("poor"), Model("incapable", 0.9) with { Features = LlmFeatures.None })
            .Down("down", RouteState.CoolingDown, TimeSpan.FromSeconds(1))
            .Measure("poor", TaskTypes.General, successes: 1, failures: 9);

        var plan = await scene.PlanAsync(new LlmRequest("hello", TaskTypes.General) { RequireStreaming = true });

        Assert.Equal(["poor", "down"], plan.Names());
        Assert.Equal(10, plan.Routes[0].Score.Evidence);
        Assert.Equal(RejectionReason.MissingFeature, plan.RejectionOf("incapable").Reason);
    }
}
