using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Execution;

/// <summary>Which model begins when a stronger one can take over.</summary>
public sealed class CascadeOrderTests
{
    private const string Refusal = "I'm sorry, but I can't help with that.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fast_model_begins_and_the_plan_says_why()
    {
        await using var routes = Routes();

        var plan = await routes.Client.PlanAsync(new LlmRequest("hi", "general"), Token);

        Assert.Equal(["fast", "strong"], plan.Routes.Select(r => r.Model.Name));
        Assert.Contains("fast goes first, since strong can take over: 75 % of its answers are kept", plan.Strategy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_escalation_the_order_stays()
    {
        await using var routes = Routes(o => o.Routing.EscalationThreshold = null);

        Assert.Equal("strong", (await routes.Client.PlanAsync(new LlmRequest("hi", "general"), Token)).Routes[0].Model.Name);
    }

    [Theory]
    [InlineData(RequestPriority.Quality)]
    public async Task A_request_that_asks_for_quality_gets_it_at_once(RequestPriority priority)
    {
        await using var routes = Routes();

        Assert.Equal("strong", (await routes.Client.PlanAsync(new LlmRequest("hi", "general") { Priority = priority }, Token)).Routes[0].Model.Name);
    }

    [Fact]
    public async Task What_a_task_or_a_request_says_stays()
    {
        await using var routes = Routes(o => o.Routing.Tasks["general"] = new() { Default = "strong" });

        Assert.Equal("strong", (await routes.Client.PlanAsync(new LlmRequest("hi", "general"), Token)).Routes[0].Model.Name);
        Assert.Equal("strong", (await routes.Client.PlanAsync(new LlmRequest("hi", "other") { Model = "strong" }, Token)).Routes[0].Model.Name);
    }

    [Fact]
    public async Task A_model_that_is_hardly_faster_does_not_begin()
    {
        await using var routes = Routes(o => o.Models["fast"].Speed = 0.41);

        Assert.Equal("strong", (await routes.Client.PlanAsync(new LlmRequest("hi", "general"), Token)).Routes[0].Model.Name);
    }

    [Fact]
    public async Task A_model_whose_answers_are_never_kept_stops_beginning_and_gets_another_chance_later()
    {
        await using var routes = Routes(o => o.Routing.AccuracyFloor = 0);
        routes.A.OnStream = _ => Updates.Of(new ChatResponseUpdate(ChatRole.Assistant, Refusal), Updates.End());
        routes.B.OnStream = _ =>
        {
            routes.Time.Advance(TimeSpan.FromSeconds(1));
            return Updates.Of("beta");
        };

        for (var i = 0; i < 40; i++)
        {
            await routes.AskAsync();
        }

        var asked = routes.A.Requests.Count;
        Assert.InRange(asked, 5, 39);

        for (var i = 0; i < 400; i++)
        {
            await routes.AskAsync();
        }

        Assert.InRange(routes.A.Requests.Count - asked, 1, 100);
    }

    private static TwoRoutes Routes(Action<HybridLlmOptions>? configure = null) => new(
        options =>
        {
            options.Models.Clear();
            options.Models["fast"] = new() { Provider = "pa", Quality = 0.4, Speed = 0.9 };
            options.Models["strong"] = new() { Provider = "pb", Quality = 0.9, Speed = 0.4 };
            options.Routing.EscalationThreshold = 0.6;
            configure?.Invoke(options);
        });
}
