using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Execution;

/// <summary>Streams whose beginning is judged before the caller sees it.</summary>
public sealed class HeldBackStreamTests
{
    private const string Refusal = "I'm sorry, but I can't help with that.";

    [Fact]
    public async Task A_stream_that_begins_badly_is_replaced_unseen()
    {
        await using var routes = Routes();
        routes.A.OnStream = _ => Says(Refusal);

        Assert.Equal("beta", await routes.StreamAsync());
        Assert.Equal((1, 0.0), (routes.Tracker.GetPerformance("a", "general").Total, routes.Tracker.GetPerformance("a", "general").SuccessRate));
        Assert.Equal(1, routes.Tracker.GetPerformance("b", "general").Successes);
    }

    [Fact]
    public async Task A_stream_that_begins_well_reaches_the_caller_whole_and_in_order()
    {
        await using var routes = Routes();
        var text = string.Concat(Enumerable.Range(0, 50).Select(i => $"word {i}, "));
        routes.A.OnStream = _ => Says(text);

        Assert.Equal(text, await routes.StreamAsync());
        Assert.Empty(routes.B.Requests);
        Assert.Equal(1, routes.Tracker.GetPerformance("a", "general").Successes);
    }

    [Fact]
    public async Task What_comes_after_the_beginning_is_no_longer_held_against_it()
    {
        await using var routes = Routes();
        var text = string.Concat(Enumerable.Range(0, 50).Select(i => $"word {i}, ")) + string.Concat(Enumerable.Repeat("round and round it goes ", 10));
        routes.A.OnStream = _ => Says(text);

        Assert.Equal(text, await routes.StreamAsync());
    }

    [Fact]
    public async Task A_model_that_loops_from_the_start_is_found_in_the_beginning()
    {
        await using var routes = Routes(o => o.Routing.Escalation.HoldBackTokens = 64);
        routes.A.OnStream = _ => Says(string.Concat(Enumerable.Repeat("la Tradition, la Culture, ", 100)));

        Assert.Equal("beta", await routes.StreamAsync());
    }

    [Fact]
    public async Task A_stream_that_breaks_off_while_it_is_held_back_is_replaced_too()
    {
        await using var routes = Routes();
        routes.A.OnStream = _ => Updates.ThenFail(new IOException("reset"), Updates.Tokens(3));

        Assert.Equal("beta", await routes.StreamAsync());
    }

    [Fact]
    public async Task When_the_stronger_model_fails_the_first_one_is_asked_again_and_believed()
    {
        await using var routes = Routes();
        routes.A.OnStream = _ => Says(Refusal);
        routes.B.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "500"));

        Assert.Equal(Refusal, await routes.StreamAsync());
        Assert.Equal(2, routes.A.Requests.Count);
    }

    [Fact]
    public async Task When_everything_fails_the_caller_hears_of_it()
    {
        await using var routes = Routes(o => o.Resilience.Retry.MaxRetries = 0);
        var calls = 0;
        routes.A.OnStream = _ => ++calls == 1 ? Says(Refusal) : Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "500"));
        routes.B.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "500"));

        var exception = await Assert.ThrowsAsync<AllRoutesFailedException>(() => routes.StreamAsync());

        Assert.Equal(["b", "a", "a"], exception.Attempts.Select(a => a.Model));
    }

    [Fact]
    public async Task A_model_that_gives_whole_answers_only_is_judged_by_the_whole()
    {
        await using var routes = Routes(o => o.Models["a"].SupportsStreaming = false);
        routes.A.OnWhole = _ => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, Refusal)) { FinishReason = ChatFinishReason.Stop });

        Assert.Equal("beta", await routes.StreamAsync());
    }

    [Fact]
    public async Task A_caller_who_leaves_while_the_beginning_is_held_back_is_obeyed()
    {
        await using var routes = Routes();
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TwoRoutes.Token);
        routes.A.OnStream = call =>
        {
            caller.Cancel();
            return Updates.ThenHang(call, Updates.Tokens(3));
        };

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => routes.StreamAsync(caller.Token));

        Assert.Equal(caller.Token, exception.CancellationToken);
        Assert.Empty(routes.B.Requests);
        Assert.Equal(0, routes.Tracker.GetPerformance("a", "general").Total);
    }

    private static IAsyncEnumerable<ChatResponseUpdate> Says(string text)
    {
        var pieces = text.Split(' ').Select((word, i) => new ChatResponseUpdate(ChatRole.Assistant, i == 0 ? word : $" {word}"));
        return Updates.Of([.. pieces, Updates.End()]);
    }

    private static TwoRoutes Routes(Action<HybridLlmOptions>? configure = null) => new(options =>
    {
        options.Models["a"].Quality = 0.3;
        options.Models["b"].Quality = 0.9;
        options.Routing.Tasks["general"] = new() { Models = { "a", "b" }, Default = "a" };
        options.Routing.EscalationThreshold = 0.6;
        options.Routing.Escalation.HoldBackTokens = 32;
        configure?.Invoke(options);
    });
}
