using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Tests.Execution;

/// <summary>What becomes of an answer that is not believed in. The first model is the weaker one here.</summary>
public sealed class EscalationTests
{
    private const string Refusal = "I'm sorry, but I can't help with that.";
    private static readonly string Loop = string.Concat(Enumerable.Repeat("round and round it goes ", 10));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_is_not_believed_in_is_replaced_by_a_stronger_models()
    {
        await using var routes = Routes();
        routes.A.OnStream = _ => Says(Refusal);

        var response = await routes.AskAsync();

        Assert.Equal(("beta", "b"), (response.Text, response.Model));
        Assert.Collection(
            response.Trace.Attempts,
            a => Assert.Equal((OutcomeStatus.Escalated, "a"), (a.Status, a.Model)),
            b => Assert.Equal((OutcomeStatus.Succeeded, "b"), (b.Status, b.Model)));
        Assert.Contains("begins like a refusal", response.Trace.ToString(), StringComparison.Ordinal);
        Assert.Contains("b was asked, which says something else", response.Trace.ToString(), StringComparison.Ordinal);
        Assert.Equal((1, 0.0), (routes.Tracker.GetPerformance("a", "general").Total, routes.Tracker.GetPerformance("a", "general").SuccessRate));
        Assert.Equal((1, 1.0), (routes.Tracker.GetPerformance("b", "general").Total, routes.Tracker.GetPerformance("b", "general").SuccessRate));
    }

    [Fact]
    public async Task An_answer_that_is_believed_in_stays_and_nobody_else_is_asked()
    {
        await using var routes = Routes();

        var response = await routes.AskAsync();

        Assert.Equal("alpha", response.Text);
        Assert.True(response.Trace.Attempts.Single().Confidence!.Value > 0.6);
        Assert.Empty(routes.B.Requests);
    }

    [Fact]
    public async Task Nothing_is_judged_or_escalated_unless_it_is_configured()
    {
        await using var routes = Routes(o => o.Routing.EscalationThreshold = null);
        routes.A.OnStream = _ => Says(Refusal);

        var response = await routes.AskAsync();

        Assert.Equal("a", response.Model);
        Assert.Null(response.Trace.Attempts.Single().Confidence);
    }

    [Fact]
    public async Task The_first_answer_is_returned_when_the_stronger_models_is_worse()
    {
        await using var routes = Routes();
        routes.A.OnStream = _ => Says("I'm not sure, but it may be Lyon, and as far as I remember 2 + 2 = 5.");
        routes.B.OnStream = _ => Says($"{Refusal} {Loop}");

        var response = await routes.AskAsync();

        Assert.Equal("a", response.Model);
        Assert.Equal([("b", OutcomeStatus.Cancelled), ("a", OutcomeStatus.Succeeded)], response.Trace.Attempts.Select(a => (a.Model, a.Status)));
        Assert.Equal(0, routes.Tracker.GetPerformance("b", "general").Total);
    }

    [Fact]
    public async Task The_first_answer_is_returned_when_the_stronger_model_fails()
    {
        await using var routes = Routes();
        routes.A.OnStream = _ => Says(Refusal);
        routes.B.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "500"));

        var response = await routes.AskAsync();

        Assert.Equal((Refusal, "a"), (response.Text, response.Model));
        Assert.Equal(OutcomeStatus.Succeeded, response.Trace.Attempts[^1].Status);
    }

    [Fact]
    public async Task An_answer_that_the_stronger_model_confirms_counts_as_a_success()
    {
        var judged = 0;
        await using var routes = Routes(build: builder => builder.AddConfidenceEstimator(_ => Host(_ => ++judged == 1 ? 0.05 : 0.9)));
        routes.B.OnStream = _ => Says("Alpha!");

        var response = await routes.AskAsync();

        Assert.Contains("says the same", response.Trace.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, routes.Tracker.GetPerformance("a", "general").SuccessRate);
    }

    [Fact]
    public async Task A_weaker_model_is_never_asked()
    {
        await using var routes = Routes(o =>
        {
            o.Models["a"].Quality = 0.9;
            o.Models["b"].Quality = 0.4;
        });
        routes.A.OnStream = _ => Says(Refusal);

        var response = await routes.AskAsync();

        Assert.Equal("a", response.Model);
        Assert.Empty(routes.B.Requests);
    }

    [Theory]
    [InlineData(false, "a")]
    [InlineData(true, "b")]
    public async Task A_request_that_names_its_model_goes_no_further_than_its_fallbacks(bool hasFallback, string model)
    {
        await using var routes = Routes(o =>
        {
            if (hasFallback)
            {
                o.Models["a"].Fallbacks.Add("b");
            }
        });
        routes.A.OnStream = _ => Says(Refusal);

        var response = await routes.Client.GenerateAsync(new LlmRequest("hi", "general") { Model = "a" }, Token);

        Assert.Equal(model, response.Model);
    }

    [Fact]
    public async Task A_model_that_rules_keep_out_is_not_asked()
    {
        await using var routes = Routes(o => o.Routing.Rules.Add(new() { When = "true == true", Target = "a", Effect = RuleEffect.Require }));
        routes.A.OnStream = _ => Says(Refusal);

        Assert.Equal("a", (await routes.AskAsync()).Model);
        Assert.Empty(routes.B.Requests);
    }

    [Fact]
    public async Task Whoever_has_called_tools_goes_on_with_what_they_returned()
    {
        await using var routes = Routes();
        routes.A.OnStream = _ => Says(Refusal);
        ChatMessage[] messages =
        [
            new(ChatRole.User, "What time is it?"),
            new(ChatRole.Assistant, [new FunctionCallContent("1", "get_time")]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "noon")]),
        ];

        var response = await routes.Client.GenerateAsync(new LlmRequest(messages) { TaskType = "general" }, Token);

        Assert.Equal("a", response.Model);
    }

    [Theory]
    [InlineData(0.0, null, "a")]
    [InlineData(0.6, 0.0, "a")]
    [InlineData(0.0, 0.6, "b")]
    public async Task The_threshold_of_the_task_and_that_of_the_request_come_before_the_general_one(double ofTask, double? ofRequest, string model)
    {
        await using var routes = Routes(o => o.Routing.Tasks["general"].EscalationThreshold = ofTask);
        routes.A.OnStream = _ => Says(Refusal);

        var response = await routes.Client.GenerateAsync(new LlmRequest("hi", "general") { EscalationThreshold = ofRequest }, Token);

        Assert.Equal(model, response.Model);
    }

    [Fact]
    public async Task A_plain_chat_client_can_set_the_threshold_by_a_hint()
    {
        await using var routes = Routes(o => o.Routing.EscalationThreshold = null);
        routes.A.OnStream = _ => Says(Refusal);
        var options = new ChatOptions { AdditionalProperties = new() { [HybridLlmOptionKeys.TaskType] = "general", [HybridLlmOptionKeys.EscalationThreshold] = 0.6 } };

        Assert.Equal("beta", (await routes.Client.GetResponseAsync("hi", options, Token)).Text.Trim());
        options.AdditionalProperties[HybridLlmOptionKeys.EscalationThreshold] = 60;
        await Assert.ThrowsAsync<ArgumentException>(() => routes.Client.GetResponseAsync("hi", options, Token));
    }

    [Fact]
    public async Task When_the_time_for_it_is_over_the_answer_is_returned_as_it_is()
    {
        await using var routes = Routes(o => o.Routing.Escalation.Budget = TimeSpan.FromSeconds(10));
        routes.A.OnStream = _ =>
        {
            routes.Time.Advance(TimeSpan.FromSeconds(11));
            return Says(Refusal);
        };

        Assert.Equal("a", (await routes.AskAsync()).Model);
        Assert.Empty(routes.B.Requests);
    }

    [Theory]
    [InlineData(1, "b")]
    [InlineData(2, "c")]
    public async Task A_request_goes_up_no_more_steps_than_it_may(int most, string model)
    {
        await using var routes = Routes(o =>
        {
            o.Models["c"] = new() { Provider = "pc", Quality = 0.95 };
            o.Routing.Tasks["general"].Models.Add("c");
            o.Routing.Escalation.MaxEscalations = most;
        }, builder => builder.AddProvider("pc", _ => new ScriptedProvider("pc", "gamma")));
        routes.A.OnStream = _ => Says(Refusal);
        routes.B.OnStream = _ => Says("I'm sorry, but I cannot provide that.");

        Assert.Equal(model, (await routes.AskAsync()).Model);
    }

    [Fact]
    public async Task A_typed_answer_has_the_value_of_the_answer_that_is_returned()
    {
        await using var routes = Routes(build: builder => builder.AddConfidenceEstimator(_ => Host(text => text.Contains('1', StringComparison.Ordinal) ? 0.2 : 0.01)));
        routes.A.OnStream = _ => Says("""{"value":1}""");
        routes.B.OnStream = _ => Says("""{"value":2}""");

        var response = await routes.Client.GenerateAsync<int>(new LlmRequest("hi", "general"), Token);

        Assert.Equal(("a", 1), (response.Model, response.Value));
        Assert.Single(routes.B.Requests);
    }

    [Fact]
    public async Task A_caller_who_leaves_while_a_stronger_model_is_asked_leaves_no_answer_unrecorded()
    {
        await using var routes = Routes();
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        routes.A.OnStream = _ => Says(Refusal);
        routes.B.OnStream = call =>
        {
            caller.Cancel();
            return Updates.ThenHang(call);
        };

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => routes.AskAsync(caller.Token));

        Assert.Equal(caller.Token, exception.CancellationToken);
        Assert.Equal(0, routes.Tracker.GetPerformance("a", "general").Total);
        Assert.NotNull(routes.Tracker.GetPerformance("a", "general").LastUsed);
    }

    [Fact]
    public async Task Token_probabilities_are_asked_for_where_there_are_some_and_kept_from_who_did_not_ask()
    {
        var telling = new ScriptedProvider("telling", "alpha");
        telling.Capabilities = telling.Capabilities with { Features = telling.Capabilities.Features | LlmFeatures.Logprobs };
        telling.OnStream = _ => Updates.Of(Unsure("al", -4), Unsure("pha", -5), Updates.End());
        await using var routes = Routes(o => o.Models["a"].Provider = "telling", builder => builder.AddProvider("telling", _ => telling));

        var response = await routes.AskAsync();

        Assert.Equal(true, telling.Requests.Single().Options!.AdditionalProperties![HybridLlmOptionKeys.Logprobs]);
        Assert.Null(routes.B.Requests.Single().Options!.AdditionalProperties);
        Assert.Contains("its 2 tokens were 0.01 probable", response.Trace.ToString(), StringComparison.Ordinal);
        Assert.Null(response.Chat.AdditionalProperties);
    }

    [Fact]
    public async Task Whoever_asks_for_token_probabilities_gets_those_of_the_whole_answer()
    {
        await using var routes = Routes(o => o.Routing.EscalationThreshold = null);
        routes.A.OnStream = _ => Updates.Of(Unsure("al", -4), Unsure("pha", -5), Updates.End());

        var response = await routes.Client.ForModel("a").GetResponseAsync("hi", cancellationToken: Token);

        var tokens = Assert.IsType<IReadOnlyList<ITokenLogprob>>(response.AdditionalProperties![HybridLlmOptionKeys.Logprobs], exactMatch: false);
        Assert.Equal(["al", "pha"], tokens.Select(t => t.Token));
    }

    [Fact]
    public async Task An_estimator_of_the_host_is_heard_and_one_that_fails_costs_no_answer()
    {
        await using var routes = Routes(build: builder => builder
            .AddConfidenceEstimator(_ => Host(_ => throw new InvalidOperationException("no")))
            .AddConfidenceEstimator(_ => Host(text => text == "alpha" ? 0.1 : 0.9)));

        var response = await routes.AskAsync();

        Assert.Equal("b", response.Model);
        Assert.Contains("host 0.10: as the host says", response.Trace.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_asked_again_and_says_something_else_each_time_is_not_believed()
    {
        var answers = 0;
        await using var routes = Routes(o => o.Routing.EscalationThreshold = 0.7, builder => builder.AddSelfConsistency(2));
        routes.A.OnStream = _ => Says($"It is {Interlocked.Increment(ref answers)}00");

        var response = await routes.AskAsync();

        Assert.Equal("b", response.Model);
        Assert.Equal(3, routes.A.Requests.Count);
        Assert.Contains("asked 2 times more", response.Trace.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Grade: 2", "b")]
    [InlineData("10", "a")]
    public async Task A_grade_counts(string grade, string model)
    {
        await using var routes = Routes(o => o.Routing.EscalationThreshold = 0.7, builder => builder.AddSelfGrading());
        routes.A.OnStream = call => Says(call.Messages[0].Role == ChatRole.System ? grade : "alpha");

        Assert.Equal(model, (await routes.AskAsync()).Model);
    }

    [Fact]
    public async Task A_stream_is_left_alone_unless_it_is_held_back()
    {
        await using var routes = Routes();
        routes.A.OnStream = _ => Says(Refusal);

        Assert.StartsWith("I'm", await routes.StreamAsync(), StringComparison.Ordinal);
        Assert.Empty(routes.B.Requests);
    }

    private static IAsyncEnumerable<ChatResponseUpdate> Says(string text) => Updates.Of(new ChatResponseUpdate(ChatRole.Assistant, text), Updates.End());

    private static ChatResponseUpdate Unsure(string text, double logprob) => new(ChatRole.Assistant, text)
    {
        AdditionalProperties = new() { [HybridLlmOptionKeys.Logprobs] = new List<Probability> { new(text, logprob) } },
    };

    private static HostsOwn Host(Func<string, double> score) => new(score);

    private static TwoRoutes Routes(Action<HybridLlmOptions>? configure = null, Action<IHybridLlmBuilder>? build = null) => new(
        options =>
        {
            options.Models["a"].Quality = 0.3;
            options.Models["b"].Quality = 0.9;
            options.Routing.Tasks["general"] = new() { Models = { "a", "b" }, Default = "a" };
            options.Routing.EscalationThreshold = 0.6;
            configure?.Invoke(options);
        },
        build: build);

    private sealed class HostsOwn(Func<string, double> score) : IConfidenceEstimator
    {
        public string Name => "host";

        public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default) =>
            new(new ConfidenceSignal(Name, score(context.Text), "as the host says"));
    }

    private sealed record Probability(string Token, double Logprob) : ITokenLogprob;
}
