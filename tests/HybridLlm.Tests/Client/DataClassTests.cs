using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Tests.Client;

/// <summary>What must not leave goes nowhere else, whatever happens: A is outside and the better model, B is here.</summary>
public sealed class DataClassTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_local_only_request_goes_to_local_models_however_much_better_others_are()
    {
        await using var routes = Routes();

        Assert.Equal("a", (await routes.Client.GenerateAsync(new LlmRequest("hi", "general"), Token)).Model);
        var response = await routes.Client.GenerateAsync(Private(), Token);

        Assert.Equal("b", response.Model);
        var rejected = Assert.Single(response.Trace.Plan.Rejected);
        Assert.Equal(("a", RejectionReason.DataClass), (rejected.Model.Name, rejected.Reason));
        Assert.Contains("local-only and must not leave this machine or network", response.Trace.Plan.Explain(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_the_local_models_fail_the_request_fails_rather_than_leave(bool streamed)
    {
        await using var routes = Routes(options => options.Resilience.Retry.MaxRetries = 0);
        routes.B.OnStream = _ => throw new ProviderException(ProviderErrorKind.Unavailable, "down");

        var failure = await Assert.ThrowsAsync<AllRoutesFailedException>(async () =>
        {
            if (streamed)
            {
                await routes.Client.GenerateStreamingAsync(Private(), Token).ToChatResponseAsync(Token);
            }
            else
            {
                await routes.Client.GenerateAsync(Private(), Token);
            }
        });

        // Not in the last resort either, while what failed rests.
        await Assert.ThrowsAsync<AllRoutesFailedException>(() => routes.Client.GenerateAsync(Private(), Token));
        Assert.All(failure.Attempts, attempt => Assert.Equal("b", attempt.Model));
        Assert.Empty(routes.A.Calls);
    }

    [Fact]
    public async Task Naming_a_model_outside_does_not_open_the_way_to_it()
    {
        await using var routes = Routes();

        var failure = await Assert.ThrowsAsync<NoRouteAvailableException>(() => routes.Client.GenerateAsync(Private() with { Model = "a" }, Token));

        Assert.Contains("must not leave", failure.Message, StringComparison.Ordinal);
        Assert.Empty(routes.A.Calls);
    }

    [Fact]
    public async Task A_class_that_nobody_configured_is_refused_before_anybody_is_asked()
    {
        await using var routes = Routes(options => options.Routing.DataClasses["customer"] = new());

        var failure = await Assert.ThrowsAsync<UnknownDataClassException>(() => routes.Client.GenerateAsync(Private("custommer"), Token));

        Assert.Contains("public, local-only, customer", failure.Message, StringComparison.Ordinal);
        Assert.Empty(routes.A.Calls);
        Assert.Empty(routes.B.Calls);
    }

    [Fact]
    public async Task Through_the_plain_chat_client_the_class_travels_as_a_hint_and_reaches_no_backend()
    {
        await using var routes = Routes();
        IChatClient chat = routes.Client;

        var response = await chat.GetResponseAsync("hi", new() { AdditionalProperties = new() { [HybridLlmOptionKeys.DataClass] = "LOCAL-ONLY" } }, Token);

        Assert.Equal("beta", response.Text);
        Assert.Null(Assert.Single(routes.B.Requests).Options?.AdditionalProperties);
    }

    [Fact]
    public async Task The_default_class_holds_for_requests_that_name_none()
    {
        await using var routes = Routes(options => options.Routing.DefaultDataClass = DataClasses.LocalOnly);

        Assert.Equal("b", (await routes.AskAsync()).Model);
        Assert.Equal("b", (await routes.Client.PlanAsync(new LlmRequest("hi", "general"), Token)).Routes[0].Model.Name);
        Assert.Equal("a", (await routes.Client.GenerateAsync(Private(DataClasses.Public), Token)).Model);
    }

    [Theory]
    [InlineData(false, "a", "a")]
    [InlineData(true, "a", null)]
    [InlineData(true, "b", "b")]
    [InlineData(false, "pa", "a")]
    public async Task A_class_of_the_hosts_own_says_who_may_see_it(bool localOnly, string target, string? expected)
    {
        await using var routes = Routes(options => options.Routing.DataClasses["customer"] = new() { LocalOnly = localOnly, Targets = { target } });

        var plan = await routes.Client.PlanAsync(Private("customer"), Token);

        Assert.Equal(expected is null ? [] : [expected], plan.Routes.Select(route => route.Model.Name));
    }

    [Fact]
    public async Task A_rule_may_require_a_class_by_what_the_prompt_is_about()
    {
        await using var routes = Routes(options => options.Routing.Rules.Add(
            new() { When = "prompt contains 'patient'", Target = DataClasses.LocalOnly, Effect = RuleEffect.Require, Description = "health data stays here" }));

        var response = await routes.Client.GenerateAsync(new LlmRequest("Summarize the notes on this patient."), Token);

        Assert.Equal("b", response.Model);
        Assert.Contains("health data stays here", response.Trace.Plan.Explain(), StringComparison.Ordinal);
        Assert.Equal("a", (await routes.Client.GenerateAsync(new LlmRequest("Summarize the notes on this garden."), Token)).Model);
    }

    [Theory]
    [InlineData(null, false, false, 1)]
    [InlineData("public", false, false, 1)]
    [InlineData("local-only", false, false, 0)]
    [InlineData("local-only", true, false, 1)]
    [InlineData(null, false, true, 0)]
    [InlineData("public", false, true, 0)]
    [InlineData(null, true, true, 1)]
    public async Task A_second_opinion_is_told_of_a_request_only_where_its_words_may_go(string? dataClass, bool isLocal, bool hasRule, int expected)
    {
        var asked = 0;
        await using var routes = Routes(
            options =>
            {
                if (hasRule)
                {
                    options.Routing.Rules.Add(new() { When = "keywords contains 'medical'", Target = DataClasses.LocalOnly, Effect = RuleEffect.Require });
                }
            },
            builder => builder.AddSecondOpinion(_ => new Counting(() => asked++), options => (options.BelowConfidence, options.IsLocal) = (1, isLocal)));

        await routes.Client.GenerateAsync(new LlmRequest("Write something about the garden, please, whatever comes to mind.") { DataClass = dataClass }, Token);

        Assert.Equal(expected, asked);
    }

    private static LlmRequest Private(string dataClass = DataClasses.LocalOnly) => new("hi", "general") { DataClass = dataClass };

    private static TwoRoutes Routes(Action<HybridLlmOptions>? configure = null, Action<IHybridLlmBuilder>? build = null) =>
        new(configure, isLocalB: true, build: build);

    private sealed class Counting(Action asked) : ITaskClassifier
    {
        public ValueTask<TaskProfile> ClassifyAsync(LlmRequest request, CancellationToken cancellationToken = default)
        {
            asked();
            return new(new TaskProfile { Abstained = true });
        }
    }
}
