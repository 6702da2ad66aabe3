using System.Diagnostics;
using HybridLlm.Tests.Support;

namespace HybridLlm.Tests.Execution;

/// <summary>A route that failed is remembered: other callers do not pay for it again, and it comes back when it works.</summary>
public sealed class MemoryOfFailuresTests
{
    [Theory]
    [InlineData(ProviderErrorKind.Unavailable)]
    [InlineData(ProviderErrorKind.ServerError)]
    [InlineData(ProviderErrorKind.InvalidResponse)]
    public async Task The_calls_after_a_failure_go_straight_to_the_second_route(ProviderErrorKind kind)
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(kind, "broken"));

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("b", (await routes.AskAsync()).Model);
        }

        Assert.Single(routes.A.Requests);
    }

    [Fact]
    public async Task A_probe_that_succeeds_brings_the_route_back()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.Unavailable, "refused"));
        await routes.AskAsync();

        await routes.AdvanceUntilAsync(() => routes.A.Calls.Any(c => c.IsProbe), TimeSpan.FromSeconds(5));
        Assert.Equal("b", (await routes.AskAsync()).Model);

        routes.A.OnStream = null;
        var probes = routes.A.Calls.Count(c => c.IsProbe);
        await routes.AdvanceUntilAsync(() => routes.A.Calls.Count(c => c.IsProbe) > probes, TimeSpan.FromSeconds(90));
        await TwoRoutes.Settle();

        Assert.Equal("a", (await routes.AskAsync()).Model);
    }

    [Fact]
    public async Task A_backend_whose_health_is_green_while_it_cannot_answer_stays_out()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "wedged"));
        await routes.AskAsync();

        routes.Time.Advance(TimeSpan.FromSeconds(10));
        await TwoRoutes.Settle();

        Assert.Equal("b", (await routes.AskAsync()).Model);
        Assert.Single(routes.A.Requests);
    }

    [Fact]
    public async Task A_route_that_asked_to_be_left_alone_is_called_again_when_its_time_has_passed_and_not_before()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.RateLimited, "429") { RetryAfter = TimeSpan.FromSeconds(20) });
        await routes.AskAsync();
        routes.A.OnStream = null;

        routes.Time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal("b", (await routes.AskAsync()).Model);
        routes.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("a", (await routes.AskAsync()).Model);
    }

    [Fact]
    public async Task A_plan_says_that_a_route_rests_and_why_without_what_the_server_said_to_another_caller()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "cannot read 'another one's words'") { StatusCode = 500 });
        await routes.AskAsync();

        var plan = await routes.Client.PlanAsync(new("hi"), TwoRoutes.Token);

        var rejected = Assert.Single(plan.Rejected);
        Assert.Equal(("a", RejectionReason.CoolingDown), (rejected.Model.Name, rejected.Reason));
        Assert.Contains("status 500", plan.Explain(), StringComparison.Ordinal);
        Assert.DoesNotContain("another one's words", plan.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_only_route_is_retried_with_growing_pauses()
    {
        await using var routes = new TwoRoutes(withB: false);
        var failures = 2;
        routes.A.OnStream = _ => failures-- > 0 ? Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "500")) : Updates.Of("alpha");

        var asking = routes.AskAsync();
        await TwoRoutes.Settle();
        Assert.Single(routes.A.Requests);
        await routes.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(20));

        var response = await asking;
        Assert.Equal("alpha", response.Text);
        Assert.Equal(3, response.Trace.Attempts.Count);
    }

    [Fact]
    public async Task The_only_route_is_retried_when_the_time_that_it_asked_for_has_passed()
    {
        await using var routes = new TwoRoutes(withB: false);
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.RateLimited, "429") { RetryAfter = TimeSpan.FromSeconds(10) });

        var asking = routes.AskAsync();
        await TwoRoutes.Settle();
        routes.A.OnStream = null;
        routes.Time.Advance(TimeSpan.FromSeconds(9));
        await TwoRoutes.Settle();
        Assert.False(asking.IsCompleted);
        await routes.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(2));

        Assert.Equal("alpha", (await asking).Text);
    }

    [Fact]
    public async Task A_wait_that_is_longer_than_the_cap_is_not_waited_for()
    {
        await using var routes = new TwoRoutes(withB: false);
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.RateLimited, "429") { RetryAfter = TimeSpan.FromMinutes(5) });

        await Assert.ThrowsAsync<AllRoutesFailedException>(() => routes.AskAsync());
        Assert.Single(routes.A.Requests);
    }

    [Fact]
    public async Task The_circuit_of_a_route_that_keeps_failing_opens_and_an_edit_of_other_options_does_not_close_it()
    {
        await using var routes = new TwoRoutes(
            o =>
            {
                o.Resilience.Retry.MaxRetries = 0;
                o.Resilience.Cooldown.Initial = TimeSpan.Zero;
            },
            withB: false);
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "500"));
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<AllRoutesFailedException>(() => routes.AskAsync());
        }

        var calls = routes.A.Requests.Count;
        var exception = await Assert.ThrowsAsync<AllRoutesFailedException>(() => routes.AskAsync());

        Assert.Equal(calls, routes.A.Requests.Count);
        Assert.Contains("circuit", exception.Message, StringComparison.Ordinal);

        routes.A.OnStream = null;
        routes.Time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal("alpha", (await routes.AskAsync()).Text);
    }

    [Fact]
    public async Task Requests_beyond_the_gate_wait_and_beyond_the_queue_go_elsewhere()
    {
        await using var routes = new TwoRoutes(o => o.Models["a"].MaxConcurrency = 1);
        var signal = new TaskCompletionSource();
        routes.A.OnStream = call => Updates.After(signal.Task, call, "alpha");

        var first = routes.AskAsync();
        var second = routes.AskAsync();
        await TwoRoutes.Settle();
        Assert.Single(routes.A.Requests);

        signal.SetResult();
        Assert.Equal("a", (await first).Model);
        Assert.Equal("a", (await second).Model);
        Assert.Equal(2, routes.A.Requests.Count);
    }

    [Fact]
    public async Task A_model_that_its_hedge_overtakes_is_asked_for_a_token_and_rests_when_that_does_not_come()
    {
        await using var routes = new TwoRoutes();
        await LearnPaceAsync(routes);
        routes.A.OnStream = call => Updates.ThenHang(call);

        await AskAsync(routes);
        await routes.AdvanceUntilAsync(() => routes.A.Calls.Any(c => c.IsProbe), TimeSpan.FromSeconds(10)); // Only then does its time run.
        await routes.AdvanceUntilAsync(
            () => routes.A.Calls.Any(c => c.IsProbe && c.CancellationToken.IsCancellationRequested),
            TimeSpan.FromSeconds(10));
        await UntilItRestsAsync(routes); // The probe has been cancelled; what follows from that may still be on its way.
        var before = routes.A.Requests.Count;

        Assert.Equal("b", (await routes.AskAsync()).Model);
        Assert.Equal(before, routes.A.Requests.Count);
    }

    [Fact]
    public async Task A_model_that_its_hedge_overtakes_stays_the_first_choice_when_it_still_answers()
    {
        await using var routes = new TwoRoutes();
        await LearnPaceAsync(routes);
        routes.A.OnStream = call => call.IsProbe ? Updates.Of("x") : Updates.ThenHang(call);
        await AskAsync(routes);
        await routes.AdvanceUntilAsync(() => routes.A.Calls.Any(c => c.IsProbe), TimeSpan.FromSeconds(10));
        await TwoRoutes.Settle();

        routes.A.OnStream = null;

        Assert.Equal("a", (await routes.AskAsync()).Model);
    }

    private static async Task UntilItRestsAsync(TwoRoutes routes)
    {
        var waiting = Stopwatch.StartNew();
        while ((await routes.Client.PlanAsync(new LlmRequest("hi", "general"), TwoRoutes.Token)).Routes[0].Model.Name == "a")
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(20), "The model that was overtaken does not rest.");
            await TwoRoutes.Settle();
        }
    }

    private static async Task AskAsync(TwoRoutes routes)
    {
        var hedged = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => hedged.IsCompleted, TimeSpan.FromSeconds(3));
        Assert.Equal("b", (await hedged).Model);
    }

    private static async Task LearnPaceAsync(TwoRoutes routes)
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("a", (await routes.AskAsync()).Model);
        }
    }
}
