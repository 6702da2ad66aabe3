using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Execution;

/// <summary>What a request comes to when its first route misbehaves and the second is well, before anything has reached the caller.</summary>
public sealed class FallbackTests
{
    /// <summary>Faults that show before the first real content, by name.</summary>
    public static TheoryData<string> Faults { get; } =
    [
        "refuses", "500", "429", "overloaded", "error inside a 200", "empty stream", "only a role", "blank text", "reasoning only", "wrong key", "unknown model", "foreign exception",
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_stream_whose_first_route_fails_before_its_first_content_comes_from_the_second_unseen(string fault)
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Fault(fault);

        Assert.Equal("beta", await routes.StreamAsync());
        Assert.Single(routes.A.Requests);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_whole_answer_whose_first_route_fails_comes_from_the_second(string fault)
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Fault(fault);

        var response = await routes.AskAsync();

        Assert.Equal("beta", response.Text);
        Assert.Equal("b", response.Model);
        Assert.Collection(
            response.Trace.Attempts,
            a => Assert.Equal((OutcomeStatus.Failed, "a"), (a.Status, a.Model)),
            b => Assert.Equal((OutcomeStatus.Succeeded, "b"), (b.Status, b.Model)));
    }

    [Fact]
    public async Task A_whole_answer_that_breaks_off_halfway_comes_from_the_second_route()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new IOException("reset"), Updates.Tokens(10));

        Assert.Equal("beta", (await routes.AskAsync()).Text);
    }

    [Fact]
    public async Task A_whole_answer_without_content_comes_from_the_second_route()
    {
        await using var routes = new TwoRoutes();
        routes.A.Capabilities = routes.A.Capabilities with { PrefersStreaming = false };
        routes.A.OnWhole = _ => Task.FromResult(new ChatResponse());

        Assert.Equal("beta", (await routes.AskAsync()).Text);
    }

    [Fact]
    public async Task A_tool_call_without_text_is_an_answer()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.Of(new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("1", "get_time")]), Updates.End());

        var response = await routes.AskAsync();

        Assert.Equal("a", response.Model);
        Assert.Equal("get_time", Assert.Single(response.Chat.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>()).Name);
    }

    [Fact]
    public async Task Thoughts_before_the_answer_reach_the_caller_with_it()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.Of(Updates.Thought("hm"), new ChatResponseUpdate(ChatRole.Assistant, "alpha"), Updates.End());

        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in routes.Client.GenerateStreamingAsync(new("hi"), TwoRoutes.Token))
        {
            updates.Add(update);
        }

        Assert.Equal("hm", Assert.Single(updates.SelectMany(u => u.Contents).OfType<TextReasoningContent>()).Text);
        Assert.Equal("alpha", string.Concat(updates.Select(u => u.Text)));
    }

    [Fact]
    public async Task A_request_that_is_itself_at_fault_is_not_tried_elsewhere()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.InvalidRequest, "bad schema"));

        var exception = await Assert.ThrowsAsync<AllRoutesFailedException>(() => routes.AskAsync());

        Assert.Empty(routes.B.Calls);
        Assert.Equal(ProviderErrorKind.InvalidRequest, Assert.Single(exception.Attempts).Error);
        Assert.Contains("bad schema", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_that_overflows_a_context_goes_only_to_routes_with_a_larger_one()
    {
        await using var routes = new TwoRoutes(o => o.Models["small"] = new() { Provider = "pb", ModelId = "small", Quality = 0.8, ContextLength = 2048 });
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ContextExceeded, "too long") { PromptTokens = 5000, ContextLength = 4096 });

        var response = await routes.AskAsync();

        Assert.Equal("b", response.Model);
        Assert.Equal(["a", "b"], response.Trace.Attempts.Select(a => a.Model));
    }

    [Fact]
    public async Task When_every_route_fails_the_exception_lists_each_attempt()
    {
        await using var routes = new TwoRoutes(o => o.Resilience.Retry.MaxRetries = 0);
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.Unavailable, "refused"));
        routes.B.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "out of memory"));

        var exception = await Assert.ThrowsAsync<AllRoutesFailedException>(() => routes.AskAsync());

        Assert.Equal(
            [("a", ProviderErrorKind.Unavailable), ("b", ProviderErrorKind.ServerError)],
            exception.Attempts.Select(a => (a.Model, a.Error!.Value)));
        Assert.Contains("refused", exception.Message, StringComparison.Ordinal);
        Assert.Contains("out of memory", exception.Message, StringComparison.Ordinal);
        Assert.Same(exception.Attempts[^1].Exception, exception.InnerException);
    }

    [Fact]
    public async Task Every_attempt_is_recorded_once()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "500"));

        await routes.AskAsync();

        Assert.Equal((1, 0), (routes.Tracker.GetPerformance("a", "general").Total, routes.Tracker.GetPerformance("a", "general").Successes));
        Assert.Equal((1, 1), (routes.Tracker.GetPerformance("b", "general").Total, routes.Tracker.GetPerformance("b", "general").Successes));
    }

    [Fact]
    public async Task Hints_do_not_reach_the_backend_and_the_model_id_does()
    {
        await using var routes = new TwoRoutes(o => o.Models["a"].ModelId = "backend-a");
        var options = new ChatOptions { AdditionalProperties = new() { [HybridLlmOptionKeys.TaskType] = "general", ["seed_word"] = "x" } };

        await routes.Client.GetResponseAsync("hi", options, TwoRoutes.Token);

        var sent = Assert.Single(routes.A.Requests).Options!;
        Assert.Equal("backend-a", sent.ModelId);
        Assert.Equal(["seed_word"], sent.AdditionalProperties!.Keys);
        Assert.Equal(2, options.AdditionalProperties.Count);
        Assert.Null(options.ModelId);
    }

    private static IAsyncEnumerable<ChatResponseUpdate> Fault(string fault) => fault switch
    {
        "refuses" => Updates.ThenFail(new ProviderException(ProviderErrorKind.Unavailable, "refused")),
        "500" => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "500")),
        "429" => Updates.ThenFail(new ProviderException(ProviderErrorKind.RateLimited, "429") { RetryAfter = TimeSpan.FromSeconds(20) }),
        "overloaded" => Updates.ThenFail(new ProviderException(ProviderErrorKind.Overloaded, "503")),
        "error inside a 200" => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "error event"), new ChatResponseUpdate(ChatRole.Assistant, "")),
        "empty stream" => Updates.Of(),
        "only a role" => Updates.Of(new ChatResponseUpdate(ChatRole.Assistant, ""), Updates.End()),
        "blank text" => Updates.Of(new ChatResponseUpdate(ChatRole.Assistant, "\n\n"), Updates.End()),
        "reasoning only" => Updates.Of(Updates.Thought("hm"), Updates.End()),
        "wrong key" => Updates.ThenFail(new ProviderException(ProviderErrorKind.Unauthorized, "401")),
        "unknown model" => Updates.ThenFail(new ProviderException(ProviderErrorKind.ModelNotFound, "404")),
        "foreign exception" => Updates.ThenFail(new InvalidOperationException("a bug of the client")),
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
