using HybridLlm.Experiments;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Experiments;

/// <summary>A answers, and B is the candidate whose answers nobody sees.</summary>
public sealed class ShadowTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_candidate_is_asked_too_its_answer_is_compared_and_the_request_is_counted_once()
    {
        await using var recorded = new RecordedRoutes(configure: options => options.Routing.Shadow = new() { Model = "b", Share = 1 });
        var routes = recorded.Routes;
        routes.B.OnWhole = _ => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "ALPHA!")) { Usage = new() { InputTokenCount = 3, OutputTokenCount = 2 } });

        var response = await routes.AskAsync();
        await UntilAsync(routes, activity => activity.Mirrored == 1);

        Assert.Equal(("a", "alpha"), (response.Model, response.Text));
        Assert.Equal("hi", Assert.Single(routes.B.Requests).Messages[0].Text);
        var outcomes = await recorded.OutcomesAsync();
        var shadow = Assert.Single(outcomes, outcome => outcome.Status == OutcomeStatus.Shadowed);
        Assert.Equal(("b", response.ResponseId, 1.0, (ProviderErrorKind?)null, 2), (shadow.Model, shadow.RequestId, shadow.Rating, shadow.Error, shadow.OutputTokens));
        Assert.Equal(2, outcomes.Count);

        // Neither learning nor the totals take it for a request.
        Assert.Equal(0, routes.Tracker.GetPerformance("b", "general").Total);
        var total = (await routes.Get<IPerformanceReports>().SummarizeAsync(MetricsQuery.All, Token)).Total;
        Assert.Equal(1, total.Attempts);
        var report = await routes.Get<IExperimentReports>().ReportAsync(Token);
        Assert.Equal((1L, 1.0), (Assert.Single(report.Shadows).Answers, report.Shadows[0].Agreement!.Value));
    }

    [Fact]
    public async Task A_stream_is_compared_as_a_whole()
    {
        await using var recorded = new RecordedRoutes(configure: options => options.Routing.Shadow = new() { Model = "b", Share = 1 });
        recorded.Routes.A.OnStream = call => Updates.Of("one two three", call.CancellationToken);
        recorded.Routes.B.OnWhole = _ => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "onetwothree")));

        Assert.Equal("onetwothree", await recorded.Routes.StreamAsync());
        await UntilAsync(recorded.Routes, activity => activity.Mirrored == 1);

        Assert.Equal((1.0, true), (await recorded.OutcomesAsync()).Where(o => o.Status == OutcomeStatus.Shadowed).Select(o => (o.Rating!.Value, o.Streamed)).Single());
    }

    [Fact]
    public async Task A_candidate_that_hangs_holds_nobody_up_what_does_not_fit_is_dropped_and_the_end_cancels_it()
    {
        CancellationToken seen = default;
        await using (var routes = Shadowed(shadow => shadow.QueueLimit = 1))
        {
            routes.B.OnWhole = async call =>
            {
                seen = call.CancellationToken;
                await new TaskCompletionSource().Task.WaitAsync(call.CancellationToken);
                throw new InvalidOperationException("unreachable");
            };

            await routes.AskAsync();
            await UntilAsync(routes, _ => routes.B.Requests.Count == 1);
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal("a", (await routes.AskAsync()).Model);
            }

            // One runs, one waits, three did not fit.
            Assert.Equal((3L, 0L), (routes.Get<ShadowMirror>().Activity.Dropped, routes.Get<ShadowMirror>().Activity.Mirrored));
        }

        Assert.True(seen.IsCancellationRequested);
    }

    [Fact]
    public async Task A_candidate_that_takes_too_long_has_failed()
    {
        await using var routes = Shadowed(shadow => shadow.Timeout = TimeSpan.FromSeconds(10));
        routes.B.OnWhole = async call =>
        {
            await new TaskCompletionSource().Task.WaitAsync(call.CancellationToken);
            throw new InvalidOperationException("unreachable");
        };

        await routes.AskAsync();
        await UntilAsync(routes, _ => routes.B.Requests.Count == 1);
        await routes.AdvanceUntilAsync(() => routes.Get<ShadowMirror>().Activity.Mirrored == 1, TimeSpan.FromSeconds(11));

        Assert.Equal("a", (await routes.AskAsync()).Model);
    }

    [Fact]
    public async Task The_candidates_failures_are_its_own_business()
    {
        await using var recorded = new RecordedRoutes(configure: options => options.Routing.Shadow = new() { Model = "b", Share = 1 });
        var routes = recorded.Routes;
        routes.B.OnWhole = _ => throw new ProviderException(ProviderErrorKind.Unavailable, "down");

        for (var i = 1; i <= 10; i++)
        {
            await routes.AskAsync();
            await UntilAsync(routes, activity => activity.Mirrored == i);
        }

        // No rest and no open circuit: who really needs it finds it.
        Assert.Equal("b", (await routes.Client.GenerateAsync(new LlmRequest("hi", "general") { Model = "b" }, Token)).Model);
        var shadows = (await recorded.OutcomesAsync()).Where(outcome => outcome.Status == OutcomeStatus.Shadowed).ToArray();
        Assert.Equal(10, shadows.Length);
        Assert.All(shadows, shadow => Assert.Equal((ProviderErrorKind.Unavailable, null), (shadow.Error!.Value, shadow.Rating)));
        Assert.Equal(10, (await routes.Get<IExperimentReports>().ReportAsync(Token)).Shadows[0].Failures);
    }

    [Fact]
    public async Task What_the_candidate_must_not_see_it_does_not_see()
    {
        await using var routes = new TwoRoutes(options => options.Routing.Shadow = new() { Model = "a", Share = 1 }, isLocalB: true);

        var response = await routes.Client.GenerateAsync(new LlmRequest("my salary", "general") { DataClass = DataClasses.LocalOnly }, Token);
        await UntilAsync(routes, activity => activity.Refused == 1);

        Assert.Equal("b", response.Model);
        Assert.Empty(routes.A.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_candidate_that_costs_money_is_asked_only_where_that_is_said(bool allow)
    {
        await using var routes = Shadowed(shadow => shadow.AllowMetered = allow);
        routes.B.Capabilities = routes.B.Capabilities with { IsMetered = true };

        await routes.AskAsync();
        await UntilAsync(routes, activity => activity.Mirrored + activity.Refused == 1);

        Assert.Equal(allow ? 1 : 0, routes.B.Requests.Count);
    }

    [Fact]
    public async Task A_request_that_needs_the_candidates_place_gets_it()
    {
        await using var routes = Shadowed(configure: options => options.Models["b"].MaxConcurrency = 1);
        routes.B.OnWhole = async call =>
        {
            await new TaskCompletionSource().Task.WaitAsync(call.CancellationToken);
            throw new InvalidOperationException("unreachable");
        };
        await routes.AskAsync();
        await UntilAsync(routes, _ => routes.B.Requests.Count == 1);

        var response = await routes.Client.GenerateAsync(new LlmRequest("hi", "general") { Model = "b" }, Token);
        await UntilAsync(routes, activity => activity.Yielded == 1);

        Assert.Equal("b", response.Model);
        Assert.True(routes.B.Requests[0].CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public async Task Requests_of_other_tasks_and_those_that_it_answers_itself_are_not_mirrored()
    {
        await using var routes = Shadowed(shadow => shadow.Task = "planning");

        await routes.AskAsync();
        await routes.Client.GenerateAsync(new LlmRequest("hi", "planning") { Model = "b" }, Token);
        await routes.Client.GenerateAsync(new LlmRequest("plan it", "planning"), Token);
        await UntilAsync(routes, activity => activity.Mirrored == 1);

        Assert.Equal(["hi", "plan it"], routes.B.Requests.Select(call => call.Messages[0].Text));
    }

    private static TwoRoutes Shadowed(Action<ShadowOptions>? shadow = null, Action<HybridLlmOptions>? configure = null) => new(options =>
    {
        options.Routing.Shadow = new() { Model = "b", Share = 1 };
        shadow?.Invoke(options.Routing.Shadow);
        configure?.Invoke(options);
    });

    private static Task UntilAsync(TwoRoutes routes, Func<ShadowActivity, bool> happened) =>
        routes.AdvanceUntilAsync(() => happened(routes.Get<ShadowMirror>().Activity), TimeSpan.Zero);
}
