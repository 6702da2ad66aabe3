using HybridLlm.Tests.Support;

namespace HybridLlm.Tests.Execution;

/// <summary>What a caller gets when an answer goes wrong after some of it has been passed on, and what becomes of cancellations.</summary>
public sealed class InterruptionTests
{
    [Fact]
    public async Task A_stream_that_drops_after_ten_tokens_gives_the_ten_and_then_a_typed_failure()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new IOException("connection reset"), Updates.Tokens(10));

        var received = new List<string>();
        var exception = await Assert.ThrowsAsync<StreamInterruptedException>(async () =>
        {
            await foreach (var update in routes.Client.GenerateStreamingAsync(new("hi"), TwoRoutes.Token))
            {
                received.Add(update.Text);
            }
        });

        Assert.Equal(10, received.Count);
        Assert.Equal(string.Concat(received), exception.PartialText);
        Assert.Equal(ProviderErrorKind.StreamInterrupted, Assert.Single(exception.Attempts).Error);
        Assert.Empty(routes.B.Calls);
    }

    [Fact]
    public async Task A_stream_that_stalls_after_ten_tokens_ends_after_the_idle_budget_with_a_typed_failure()
    {
        await using var routes = new TwoRoutes(o => o.Timeouts.Idle = TimeSpan.FromSeconds(10));
        routes.A.OnStream = call => Updates.ThenHang(call, Updates.Tokens(10));

        var reading = routes.StreamAsync();
        await routes.AdvanceUntilAsync(() => reading.IsCompleted, TimeSpan.FromSeconds(14));

        var exception = await Assert.ThrowsAsync<StreamInterruptedException>(() => reading);
        Assert.StartsWith("t0 t1 ", exception.PartialText, StringComparison.Ordinal);
        Assert.Equal(ProviderErrorKind.Timeout, Assert.Single(exception.Attempts).Error);
    }

    [Fact]
    public async Task The_idle_budget_follows_the_pace_that_a_model_has_shown()
    {
        await using var routes = new TwoRoutes(o =>
        {
            o.Timeouts.Idle = TimeSpan.FromSeconds(60);
            o.Timeouts.IdleMinimum = TimeSpan.FromSeconds(2);
        });
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("alpha", await routes.StreamAsync());
        }

        routes.A.OnStream = call => Updates.ThenHang(call, Updates.Tokens(10));
        var reading = routes.StreamAsync();
        await routes.AdvanceUntilAsync(() => reading.IsCompleted, TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<StreamInterruptedException>(() => reading);
    }

    [Fact]
    public async Task A_whole_answer_that_stalls_halfway_comes_from_the_second_route()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = call => Updates.ThenHang(call, Updates.Tokens(10));

        var asking = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(45));

        Assert.Equal("b", (await asking).Model);
    }

    [Fact]
    public async Task Cancelling_before_the_first_content_reaches_the_backend_and_is_no_fallback()
    {
        await using var routes = new TwoRoutes();
        using var cancel = new CancellationTokenSource();
        routes.A.OnStream = call => Updates.ThenHang(call);

        var asking = routes.AskAsync(cancel.Token);
        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.True(Assert.Single(routes.A.Requests).CancellationToken.IsCancellationRequested);
        Assert.Empty(routes.B.Calls);
    }

    [Fact]
    public async Task Cancelling_in_the_middle_of_a_stream_reaches_the_backend()
    {
        await using var routes = new TwoRoutes();
        using var cancel = new CancellationTokenSource();
        routes.A.OnStream = call => Updates.ThenHang(call, Updates.Tokens(3));

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            var count = 0;
            await foreach (var _ in routes.Client.GenerateStreamingAsync(new("hi"), cancel.Token))
            {
                if (++count == 3)
                {
                    cancel.CancelAfter(TimeSpan.Zero);
                }
            }
        });

        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.True(Assert.Single(routes.A.Requests).CancellationToken.IsCancellationRequested);
        Assert.Equal(0, routes.Tracker.GetPerformance("a", "general").Total);
    }

    [Fact]
    public async Task A_caller_that_stops_reading_a_stream_cancels_the_call()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = call => Updates.ThenHang(call, Updates.Tokens(3));

        await foreach (var _ in routes.Client.GenerateStreamingAsync(new("hi"), TwoRoutes.Token))
        {
            break;
        }

        Assert.True(Assert.Single(routes.A.Requests).CancellationToken.IsCancellationRequested);
        Assert.Equal(0, routes.Tracker.GetPerformance("a", "general").Total);
    }

    [Fact]
    public async Task Thirty_two_callers_that_leave_do_no_harm()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = call => Updates.ThenHang(call);
        using var cancel = new CancellationTokenSource();

        var asking = Enumerable.Range(0, 32).Select(_ => routes.AskAsync(cancel.Token)).ToList();
        await cancel.CancelAsync();
        foreach (var one in asking)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }

        routes.A.OnStream = null;
        Assert.Equal("a", (await routes.AskAsync()).Model);
        Assert.Empty(routes.B.Calls);
    }

    [Fact]
    public async Task A_request_ends_when_its_whole_time_is_over()
    {
        await using var routes = new TwoRoutes(o => o.Resilience.Hedging.Enabled = false);
        routes.A.OnStream = call => Updates.ThenHang(call);
        routes.B.OnStream = call => Updates.ThenHang(call);

        var asking = routes.Client.GenerateAsync(new LlmRequest("hi") { Timeout = TimeSpan.FromSeconds(3) }, TwoRoutes.Token);
        await routes.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(4));

        var exception = await Assert.ThrowsAsync<AllRoutesFailedException>(() => asking);
        Assert.Equal(ProviderErrorKind.Timeout, Assert.Single(exception.Attempts).Error);
    }
}
