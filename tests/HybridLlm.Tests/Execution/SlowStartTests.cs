using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Execution;

/// <summary>What becomes of a request whose first route takes its time: loading is waited for, unusual slowness is hedged.</summary>
public sealed class SlowStartTests
{
    [Fact]
    public async Task A_model_that_is_loading_is_waited_for_and_the_second_is_not_called()
    {
        await using var routes = new TwoRoutes();
        var loaded = false;
        routes.A.OnStream = _ => loaded ? Updates.Of("alpha") : Updates.ThenFail(new ProviderException(ProviderErrorKind.ModelLoading, "Loading model"));

        var asking = routes.AskAsync();
        for (var i = 0; i < 30; i++)
        {
            routes.Time.Advance(TimeSpan.FromSeconds(1));
            await TwoRoutes.Settle();
        }

        loaded = true;
        await routes.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(5));

        var response = await asking;
        Assert.Equal("a", response.Model);
        Assert.Single(response.Trace.Attempts);
        Assert.Empty(routes.B.Calls);
    }

    [Fact]
    public async Task A_first_call_whose_first_token_comes_after_thirty_seconds_is_waited_for()
    {
        await using var routes = new TwoRoutes();
        var signal = new TaskCompletionSource();
        routes.A.OnStream = call => Updates.After(signal.Task, call, "alpha");

        var asking = routes.AskAsync();
        routes.Time.Advance(TimeSpan.FromSeconds(30));
        await TwoRoutes.Settle();
        Assert.False(asking.IsCompleted);
        signal.SetResult();

        Assert.Equal("a", (await asking).Model);
        Assert.Empty(routes.B.Calls);
    }

    [Fact]
    public async Task A_model_that_does_not_load_within_its_budget_is_replaced()
    {
        await using var routes = new TwoRoutes(o => o.Timeouts.Load = TimeSpan.FromSeconds(20));
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ModelLoading, "Loading model"));

        var asking = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(25));

        Assert.Equal("b", (await asking).Model);
    }

    [Fact]
    public async Task A_route_that_does_not_stream_and_hangs_leaves_half_of_the_time_to_the_next()
    {
        await using var routes = new TwoRoutes(o => o.Timeouts.Total = TimeSpan.FromSeconds(40));
        routes.A.Capabilities = routes.A.Capabilities with { PrefersStreaming = false };
        routes.A.OnWhole = async call =>
        {
            await new TaskCompletionSource().Task.WaitAsync(call.CancellationToken);
            throw new InvalidOperationException("It never gets here.");
        };

        var asking = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(21));

        var response = await asking;
        Assert.Equal("b", response.Model);
        Assert.Equal(ProviderErrorKind.Timeout, response.Trace.Attempts[0].Error);
    }

    [Fact]
    public async Task A_whole_answer_that_waits_for_its_turn_first_is_given_its_time_all_the_same()
    {
        await using var routes = new TwoRoutes(o => o.Models["a"].MaxConcurrency = 1);
        routes.A.Capabilities = routes.A.Capabilities with { PrefersStreaming = false };
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        routes.A.OnWhole = async _ =>
        {
            await first.Task;
            return new(new ChatMessage(ChatRole.Assistant, "alpha"));
        };

        var working = routes.AskAsync();
        var waiting = routes.AskAsync();
        for (var i = 0; i < 20; i++)
        {
            routes.Time.Advance(TimeSpan.FromSeconds(1));
            await TwoRoutes.Settle();
        }

        first.SetResult();

        Assert.Equal(("a", "a"), ((await working).Model, (await waiting).Model));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_hangs_longer_than_it_usually_takes_is_overtaken_by_the_second(bool streamed)
    {
        await using var routes = new TwoRoutes();
        await LearnUsualPaceAsync(routes);
        routes.A.OnStream = call => Updates.ThenHang(call);

        var answering = streamed ? routes.StreamAsync() : TextAsync(routes.AskAsync());
        await routes.AdvanceUntilAsync(() => answering.IsCompleted, TimeSpan.FromSeconds(3));

        Assert.Equal("beta", await answering);
        Assert.True(routes.A.Requests[^1].CancellationToken.IsCancellationRequested);

        static async Task<string> TextAsync(Task<LlmResponse> response) => (await response).Text;
    }

    [Fact]
    public async Task The_slow_model_wins_when_its_first_content_comes_first_and_the_other_is_cancelled()
    {
        await using var routes = new TwoRoutes();
        await LearnUsualPaceAsync(routes);
        var signal = new TaskCompletionSource();
        routes.A.OnStream = call => Updates.After(signal.Task, call, "alpha");
        routes.B.OnStream = call => Updates.ThenHang(call);

        var asking = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => routes.B.Requests.Count == 1, TimeSpan.FromSeconds(3));
        signal.SetResult();
        var response = await asking;

        Assert.Equal("a", response.Model);
        Assert.True(routes.B.Requests[^1].CancellationToken.IsCancellationRequested);
        Assert.Contains(response.Trace.Attempts, t => t is { Model: "b", IsHedge: true, Status: OutcomeStatus.Cancelled });
        Assert.Equal(0, routes.Tracker.GetPerformance("b", "general").Total);
    }

    [Fact]
    public async Task A_hedge_is_not_started_while_the_model_says_that_it_is_loading()
    {
        await using var routes = new TwoRoutes();
        await LearnUsualPaceAsync(routes);
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ModelLoading, "Loading model"));

        var asking = routes.AskAsync();
        for (var i = 0; i < 20; i++)
        {
            routes.Time.Advance(TimeSpan.FromSeconds(1));
            await TwoRoutes.Settle();
        }

        Assert.Empty(routes.B.Calls);
        routes.A.OnStream = null;
        await routes.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(5));
        Assert.Equal("a", (await asking).Model);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("no share")]
    [InlineData("metered")]
    public async Task A_hedge_is_not_started_where_it_is_switched_off_or_costs_money(string why)
    {
        await using var routes = new TwoRoutes(o =>
        {
            o.Resilience.Hedging.Enabled = why != "off";
            o.Resilience.Hedging.MaxShare = why == "no share" ? 0 : 0.1;
        });
        routes.B.Capabilities = routes.B.Capabilities with { IsMetered = why == "metered" };
        await LearnUsualPaceAsync(routes);
        var signal = new TaskCompletionSource();
        routes.A.OnStream = call => Updates.After(signal.Task, call, "alpha");

        var asking = routes.AskAsync();
        for (var i = 0; i < 30; i++)
        {
            routes.Time.Advance(TimeSpan.FromSeconds(1));
            await TwoRoutes.Settle();
        }

        Assert.Empty(routes.B.Calls);
        signal.SetResult();
        Assert.Equal("a", (await asking).Model);
    }

    [Fact]
    public async Task A_model_that_gives_nothing_within_its_budget_is_replaced_and_not_hedged_where_hedges_are_switched_off()
    {
        await using var routes = new TwoRoutes(o =>
        {
            o.Resilience.Hedging.Enabled = false;
            o.Timeouts.Load = o.Timeouts.FirstToken = TimeSpan.FromSeconds(20);
        });
        routes.A.OnStream = call => Updates.ThenHang(call);

        var asking = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(25));

        var attempts = (await asking).Trace.Attempts;
        Assert.Equal([("a", OutcomeStatus.Failed, false), ("b", OutcomeStatus.Succeeded, false)], attempts.Select(static t => (t.Model, t.Status, t.IsHedge)));
    }

    [Fact]
    public async Task The_share_of_hedged_requests_is_bounded()
    {
        await using var routes = new TwoRoutes(o =>
        {
            o.Resilience.Hedging.MaxShare = 0.01;
            o.Resilience.Cooldown.Initial = TimeSpan.Zero;
        });
        await LearnUsualPaceAsync(routes);
        routes.A.OnStream = call => Updates.ThenHang(call);

        for (var i = 0; i < 3; i++)
        {
            var hedged = routes.AskAsync();
            await routes.AdvanceUntilAsync(() => hedged.IsCompleted, TimeSpan.FromSeconds(3));
        }

        var later = routes.AskAsync();
        for (var i = 0; i < 20; i++)
        {
            routes.Time.Advance(TimeSpan.FromSeconds(1));
            await TwoRoutes.Settle();
        }

        Assert.Equal(3, routes.B.Requests.Count);
        for (var i = 0; i < 40 && !later.IsCompleted; i++)
        {
            routes.Time.Advance(TimeSpan.FromSeconds(10));
            await TwoRoutes.Settle();
        }

        Assert.Equal("b", (await later).Model);
    }

    private static async Task LearnUsualPaceAsync(TwoRoutes routes)
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("a", (await routes.AskAsync()).Model);
        }
    }
}
