using System.Diagnostics;
using HybridLlm.Telemetry.Tests.Support;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Telemetry.Tests;

/// <summary>There is one CLIENT span for each attempt, with what became of it, under one INTERNAL span for the request, which says nothing of usage.</summary>
public sealed class AttemptSpanTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_one_internal_span_with_one_client_span_below_it()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes(o => o.Models["a"].MaxTokens = 77);
        routes.A.OnStream = _ => Updates.Of(Piece("al"), Piece("pha"), Usage(11, 2), Updates.End());
        using var outer = Traced("outer");

        var response = await routes.AskAsync();

        Assert.Same(outer, Activity.Current);
        var request = Assert.Single(recorder.Requests);
        var call = Assert.Single(recorder.Calls);
        Assert.Equal(2, recorder.Spans.Count);
        Assert.Equal((ActivityKind.Internal, outer.SpanId, ActivityStatusCode.Unset), (request.Kind, request.ParentSpanId, request.Status));
        Assert.Equal((request.SpanId, request.TraceId, "chat a"), (call.ParentSpanId, call.TraceId, call.DisplayName));
        Assert.DoesNotContain(request.TagObjects, tag => tag.Key.StartsWith("gen_ai.", StringComparison.Ordinal));
        AssertTags(
            request,
            ("hybridllm.response.id", response.ResponseId), ("hybridllm.task_type", "general"), ("hybridllm.model", "a"), ("hybridllm.provider", "pa"),
            ("hybridllm.status", "succeeded"), ("hybridllm.attempts", 1), ("hybridllm.routes", 2), ("hybridllm.stream", false));
        AssertTags(
            call,
            ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "pa"), ("gen_ai.request.model", "a"), ("gen_ai.request.stream", true),
            ("gen_ai.request.max_tokens", 77), ("gen_ai.usage.input_tokens", 11L), ("gen_ai.usage.output_tokens", 2L), ("gen_ai.response.model", "alpha-1"),
            ("hybridllm.attempt.number", 1), ("hybridllm.status", "succeeded"), ("error.type", null));
        Assert.Equal(["stop"], Assert.IsType<string[]>(call.GetTagItem("gen_ai.response.finish_reasons")));
    }

    [Fact]
    public async Task A_failed_attempt_has_its_kind_and_the_next_route_has_a_span_of_its_own()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.Overloaded, "full") { StatusCode = 503 });
        routes.B.OnStream = _ => Updates.Of(Piece("beta"), Usage(5, 1), Updates.End());

        var response = await routes.AskAsync();

        Assert.Equal(response.Trace.Attempts.Count, recorder.Calls.Count);
        AssertTags(recorder.Calls[0], ("gen_ai.request.model", "a"), ("error.type", "overloaded"), ("hybridllm.status", "failed"), ("gen_ai.usage.input_tokens", null));
        Assert.Equal((ActivityStatusCode.Error, null), (recorder.Calls[0].Status, recorder.Calls[0].StatusDescription));
        AssertTags(recorder.Calls[1], ("gen_ai.request.model", "b"), ("error.type", null), ("hybridllm.status", "succeeded"), ("gen_ai.usage.output_tokens", 1L));
        AssertTags(Assert.Single(recorder.Requests), ("hybridllm.status", "succeeded"), ("hybridllm.model", "b"), ("hybridllm.attempts", 2));
        var fallback = Assert.Single(recorder.Of("hybridllm.fallbacks"));
        Assert.Equal((1.0, "b", "a", "overloaded"), (fallback.Sum, fallback["hybridllm.model"], fallback["hybridllm.fallback.from"], fallback["error.type"]));
        Assert.Empty(recorder.Of("hybridllm.retries"));
    }

    [Fact]
    public async Task A_request_whose_routes_all_fail_has_the_kind_of_the_last_failure()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes(o => o.Resilience.Retry.MaxRetries = 0);
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.Unavailable, "down"));
        routes.B.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.Unauthorized, "no"));

        await Assert.ThrowsAsync<AllRoutesFailedException>(() => routes.AskAsync());

        AssertTags(Assert.Single(recorder.Requests), ("hybridllm.status", "failed"), ("error.type", "unauthorized"), ("hybridllm.model", null));
        Assert.Equal(ActivityStatusCode.Error, recorder.Requests[0].Status);
        Assert.Equal(["unavailable", "unauthorized"], recorder.Calls.Select(call => call.GetTagItem("error.type")));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task A_retried_request_has_a_span_for_each_round()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes(withB: false);
        var calls = 0;
        routes.A.OnStream = _ => ++calls == 1
            ? Updates.ThenFail(new ProviderException(ProviderErrorKind.Unavailable, "down"))
            : Updates.Of(Piece("alpha"), Usage(3, 1), Updates.End());

        var asking = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(10));

        Assert.Equal((await asking).Trace.Attempts.Count, recorder.Calls.Count);
        Assert.Equal(["failed", "succeeded"], recorder.Calls.Select(call => call.GetTagItem("hybridllm.status")));
        Assert.Equal(1, recorder.Sum("hybridllm.retries"));
        Assert.Equal(0, recorder.Sum("hybridllm.fallbacks"));
        Assert.Equal(4, recorder.Sum("gen_ai.client.token.usage"));
    }

    [Fact]
    public async Task The_loser_of_a_race_is_cancelled_and_no_error()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes(
            o => o.Resilience.Hedging = new() { MinimumSamples = 1, MinimumDelay = TimeSpan.FromSeconds(1), MaxShare = 1 }, isLocalB: true);
        await routes.AskAsync();
        routes.A.OnStream = call => Updates.ThenHang(call);
        routes.B.OnStream = _ => Updates.Of(Piece("beta"), Usage(5, 1), Updates.End());

        var asking = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(30));

        Assert.Equal("b", (await asking).Model);
        Assert.Equal(2, recorder.Requests.Count);
        var race = recorder.Requests[1];
        var calls = recorder.Calls.Where(call => call.ParentSpanId == race.SpanId).ToList();
        Assert.Equal(
            [("a", "cancelled", ActivityStatusCode.Unset, null), ("b", "succeeded", ActivityStatusCode.Unset, (object)true)],
            calls.Select(call => ((string)call.GetTagItem("gen_ai.request.model")!, (string)call.GetTagItem("hybridllm.status")!, call.Status, call.GetTagItem("hybridllm.attempt.hedge"))));
        Assert.DoesNotContain(calls, call => call.GetTagItem("error.type") is not null);
        Assert.Equal(1, recorder.Sum("hybridllm.hedges", "hybridllm.model", "b"));
        Assert.Equal(6, recorder.Sum("gen_ai.client.token.usage"));
    }

    [Fact]
    public async Task An_answer_that_gave_way_to_a_stronger_models_keeps_its_own_end_and_tokens()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes(o =>
        {
            o.Routing.EscalationThreshold = 0.6;
            (o.Models["a"].Quality, o.Models["b"].Quality) = (0.4, 0.9);
            (o.Models["a"].Speed, o.Models["b"].Speed) = (1, 0.1);
            o.Routing.Tasks["general"] = new() { Default = "a", Models = { "a", "b" } };
        });
        routes.A.OnStream = _ => Updates.Of(Piece("I'm sorry, but I can't help with that."), Usage(9, 10), Updates.End());
        routes.B.OnStream = _ => Updates.Of(Piece("Paris."), Usage(9, 2), Updates.End());

        var response = await routes.AskAsync();

        Assert.Equal("b", response.Model);
        Assert.Equal(["escalated", "succeeded"], recorder.Calls.Select(call => call.GetTagItem("hybridllm.status")));
        Assert.True(recorder.Calls[0].StartTimeUtc + recorder.Calls[0].Duration <= recorder.Calls[1].StartTimeUtc);
        Assert.Equal((18.0, 12.0), (recorder.Sum("gen_ai.client.token.usage", "gen_ai.token.type", "input"), recorder.Sum("gen_ai.client.token.usage", "gen_ai.token.type", "output")));
        var escalation = Assert.Single(recorder.Of("hybridllm.escalations"));
        Assert.Equal((1.0, "a", "general"), (escalation.Sum, escalation["hybridllm.model"], escalation["hybridllm.task_type"]));
        Assert.NotNull(recorder.Calls[0].GetTagItem("hybridllm.confidence"));
    }

    [Fact]
    public async Task A_call_that_found_no_place_has_a_span_and_is_not_measured()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes(
            o => o.Resilience.Retry.MaxRetries = 0,
            build: builder => builder.Services.PostConfigure<HybridLlmOptions>(o => (o.Providers["pa"].MaxConcurrency, o.Providers["pa"].QueueLimit) = (1, 0)));
        var enter = new TaskCompletionSource();
        routes.A.OnStream = call => Updates.After(enter.Task, call, "alpha");
        var first = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => routes.A.Requests.Count == 1, TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<AllRoutesFailedException>(() => routes.Client.GenerateAsync(new LlmRequest("hi", "general") { Model = "a" }, Token));

        var refused = Assert.Single(recorder.Calls);
        AssertTags(
            refused, ("gen_ai.request.model", "a"), ("error.type", "overloaded"), ("hybridllm.status", "failed"), ("hybridllm.attempt.called", false));
        Assert.Equal(0, recorder.Count("gen_ai.client.operation.duration"));
        enter.SetResult();
        await first;
        Assert.Equal(2, recorder.Calls.Count);
        Assert.Equal(1, recorder.Count("gen_ai.client.operation.duration"));
    }

    [Fact]
    public async Task A_request_without_a_route_has_a_span_that_says_so()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes(o => o.Models["a"].SupportsStreaming = false, withB: false);

        await Assert.ThrowsAsync<NoRouteAvailableException>(() => routes.Client.GenerateAsync(new LlmRequest("hi", "general") { RequireStreaming = true }, Token));

        AssertTags(Assert.Single(recorder.Spans), ("error.type", "no_route"), ("hybridllm.status", "failed"), ("hybridllm.routes", 0));
        Assert.Null(Assert.Single(recorder.Of("hybridllm.route.decisions"))["hybridllm.model"]);
    }

    [Fact]
    public async Task A_caller_who_leaves_is_no_error()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes();
        using var leave = new CancellationTokenSource();
        routes.A.OnStream = call => Updates.ThenHang(call);

        var asking = routes.AskAsync(leave.Token);
        await routes.AdvanceUntilAsync(() => routes.A.Requests.Count == 1, TimeSpan.FromSeconds(1));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        var call = Assert.Single(recorder.Calls);
        AssertTags(call, ("hybridllm.status", "cancelled"), ("error.type", null));
        AssertTags(Assert.Single(recorder.Requests), ("hybridllm.status", "cancelled"), ("error.type", null));
        Assert.Equal("cancelled", Assert.Single(recorder.Of("hybridllm.request.duration"))["hybridllm.status"]);
    }

    [Fact]
    public async Task Each_item_of_a_batch_is_a_request_of_its_own()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.Of(Piece("alpha"), Usage(4, 1), Updates.End());
        using var outer = Traced("outer");

        var items = 0;
        await foreach (var item in routes.Client.GenerateBatchAsync(Enumerable.Range(0, 20).Select(i => new LlmRequest($"question {i}", "general")), Token))
        {
            Assert.Null(item.Exception);
            items++;
        }

        Assert.Equal((20, 20, 20), (items, recorder.Requests.Count, recorder.Calls.Count));
        Assert.All(recorder.Requests, request => Assert.Equal(outer.SpanId, request.ParentSpanId));
        Assert.Equal(recorder.Requests.Select(request => request.SpanId).ToHashSet(), recorder.Calls.Select(call => call.ParentSpanId).ToHashSet());
        Assert.Equal(100, recorder.Sum("gen_ai.client.token.usage"));
        Assert.Equal(20, recorder.Sum("hybridllm.route.decisions", "hybridllm.model", "a"));
    }

    /// <summary>Begins an activity of the application's that is recorded, so that what is below it is too.</summary>
    internal static Activity Traced(string name) => new Activity(name) { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();

    internal static ChatResponseUpdate Piece(string text) => new(ChatRole.Assistant, text) { ModelId = "alpha-1", ResponseId = "r1" };

    internal static ChatResponseUpdate Usage(int input, int output) =>
        new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output })]);

    internal static void AssertTags(Activity span, params (string Key, object? Value)[] expected) =>
        Assert.All(expected, tag => Assert.Equal((tag.Key, tag.Value), (tag.Key, span.GetTagItem(tag.Key))));
}
