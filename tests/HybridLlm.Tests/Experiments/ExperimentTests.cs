using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Experiments;

/// <summary>Who gets which variant, and what counts for it: A is the better model, B the other one.</summary>
public sealed class ExperimentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_always_gets_the_same_variant_in_every_process_and_users_are_shared_out_by_weight()
    {
        await using var one = Models(weightOfB: 0.25);
        await using var other = Models(weightOfB: 0.25);
        var counts = new Dictionary<string, int> { ["a"] = 0, ["b"] = 0 };
        for (var i = 0; i < 2_000; i++)
        {
            var plan = await one.Client.PlanAsync(Of($"user-{i}"), Token);
            counts[plan.Experiment!.Variant]++;
            Assert.Equal(plan.Experiment.Variant, plan.Routes[0].Model.Name);
            if (i < 50)
            {
                Assert.Equal(plan.Experiment.Variant, (await other.Client.PlanAsync(Of($"user-{i}") with { TaskType = "general" }, Token)).Experiment!.Variant);
            }
        }

        // Keys are hashed, so the counts are the same in every run.
        Assert.InRange(counts["b"], 440, 560);
    }

    [Fact]
    public async Task The_plan_and_the_trace_say_which_variant_decided()
    {
        await using var routes = Models();

        var response = await routes.Client.GenerateAsync(Of(UserOf(routes, "b")), Token);

        Assert.Equal("b", response.Model);
        Assert.Equal(("a-or-b", "b", "b"), (response.Trace.Plan.Experiment!.Experiment, response.Trace.Plan.Experiment.Variant, response.Trace.Plan.Experiment.Model));
        Assert.Contains("experiment 'a-or-b': variant 'b', b goes first", response.Trace.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_stays_with_its_variant_and_without_any_key_the_request_itself_is_drawn()
    {
        await using var routes = Models();

        var first = (await routes.Client.PlanAsync(new LlmRequest("hi", "general") { Conversation = "c1" }, Token)).Experiment!.Variant;
        Assert.Equal(first, (await routes.Client.PlanAsync(new LlmRequest("and now?", "general") { Conversation = "c1" }, Token)).Experiment!.Variant);

        var seen = new HashSet<string?>();
        for (var i = 0; i < 200; i++)
        {
            seen.Add((await routes.AskAsync()).Trace.Plan.Experiment?.Variant);
        }

        Assert.Equal(["a", "b"], seen.Order());
        var planned = await routes.Client.PlanAsync(new LlmRequest("hi", "general"), Token);
        Assert.Null(planned.Experiment);
        Assert.Contains("drawn by its id when it is sent", planned.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_without_a_name_takes_part_only_with_its_first_request()
    {
        await using var routes = Models();
        var goesOn = new LlmRequest([new(ChatRole.User, "hi"), new(ChatRole.Assistant, "hello"), new(ChatRole.User, "and?")]) { TaskType = "general" };

        var response = await routes.Client.GenerateAsync(goesOn, Token);

        Assert.Null(response.Trace.Plan.Experiment);
        Assert.Contains("goes on with a conversation that has no name", response.Trace.Plan.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_requests_of_its_task_take_part_and_only_so_many()
    {
        await using var routes = Models(configure: experiment =>
        {
            experiment.Task = "planning";
            experiment.Share = 0.3;
        });
        var taking = 0;
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Null((await routes.Client.PlanAsync(Of($"u{i}"), Token)).Experiment);
            taking += (await routes.Client.PlanAsync(Of($"u{i}") with { TaskType = "planning" }, Token)).Experiment is null ? 0 : 1;
        }

        Assert.InRange(taking, 250, 350);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public async Task Who_must_not_see_a_request_does_not_get_it_and_then_nobody_takes_part(string drawn)
    {
        await using var routes = Models(isLocalB: true);

        var response = await routes.Client.GenerateAsync(Of(UserOf(routes, drawn)) with { DataClass = DataClasses.LocalOnly }, Token);

        // Whichever variant is drawn: otherwise the variants would be compared on different requests.
        Assert.Equal("b", response.Model);
        Assert.Null(response.Trace.Plan.Experiment);
        Assert.Contains("takes no part in experiment 'a-or-b': 'a' of variant 'a' cannot be asked: DataClass", response.Trace.Plan.Explain(), StringComparison.Ordinal);
        Assert.Empty(routes.A.Requests);
    }

    [Fact]
    public async Task A_rule_a_named_model_and_a_missing_feature_stand_above_it()
    {
        await using var routes = Models(options: options =>
        {
            options.Routing.Rules.Add(new() { When = "prompt contains 'secret'", Target = "b", Effect = RuleEffect.Require });
            options.Models["b"].SupportsTools = false;
        });
        var user = UserOf(routes, "a");

        var ruled = await routes.Client.PlanAsync(Of(user) with { Messages = [new(ChatRole.User, "a secret")] }, Token);
        var named = await routes.Client.PlanAsync(Of(user) with { Model = "b" }, Token);
        var tools = await routes.Client.PlanAsync(
            Of(UserOf(routes, "b")) with { Options = new() { Tools = [AIFunctionFactory.Create(() => "noon", "time")] } }, Token);

        Assert.Equal(["b", "b", "a"], new[] { ruled, named, tools }.Select(plan => plan.Routes[0].Model.Name));
        Assert.All([ruled, named, tools], plan => Assert.Null(plan.Experiment));
        Assert.Contains("ExcludedByRule", ruled.Explain(), StringComparison.Ordinal);
        Assert.Contains("the request names its model", named.Explain(), StringComparison.Ordinal);
        Assert.Contains("MissingFeature", tools.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_fallback_answers_counts_for_no_variant_and_the_failure_for_the_variant()
    {
        await using var recorded = new RecordedRoutes(Experiment());
        var routes = recorded.Routes;
        routes.B.OnStream = _ => throw new ProviderException(ProviderErrorKind.InvalidResponse, "no");

        var response = await routes.Client.GenerateAsync(Of(UserOf(routes, "b")), Token);
        await routes.Client.RecordFeedbackAsync(response.ResponseId, Feedback.Accepted, Token);

        Assert.Equal("a", response.Model);
        var outcomes = await recorded.OutcomesAsync();
        Assert.Equal(
            [("b", OutcomeStatus.Failed, "b"), ("a", OutcomeStatus.Succeeded, null), ("a", OutcomeStatus.Rated, (string?)null)],
            outcomes.Select(outcome => (outcome.Model, outcome.Status, outcome.Variant)));
    }

    [Fact]
    public async Task Answers_and_their_ratings_are_kept_with_experiment_and_variant_and_read_back_from_the_files()
    {
        await using var recorded = new RecordedRoutes(Experiment());
        var response = await recorded.Routes.Client.GenerateAsync(Of(UserOf(recorded.Routes, "b")), Token);
        await recorded.Routes.Client.RecordFeedbackAsync(response.ResponseId, Feedback.Rejected, Token);

        var outcomes = await recorded.OutcomesAsync();

        Assert.Equal(
            [(OutcomeStatus.Succeeded, "a-or-b", "b"), (OutcomeStatus.Rated, "a-or-b", "b")],
            outcomes.Select(outcome => (outcome.Status, outcome.Experiment!, outcome.Variant!)));

        // A rating that comes after a restart still counts for the variant.
        await using var later = new RecordedRoutes(Experiment(), recorded.Folder);
        await later.Routes.Client.RecordFeedbackAsync(response.ResponseId, Feedback.Accepted, Token);
        Assert.Equal(
            [("a-or-b", "b", 0.0), ("a-or-b", "b", 1.0)],
            (await later.OutcomesAsync()).Where(o => o.Status == OutcomeStatus.Rated).Select(o => (o.Experiment!, o.Variant!, o.Rating!.Value)).Order());
    }

    [Fact]
    public async Task Prompts_and_parameters_go_with_the_variant_and_leave_the_callers_request_alone()
    {
        await using var routes = new TwoRoutes(options => options.Routing.Experiments.Add(new()
        {
            Name = "tone",
            Variants =
            {
                ["plain"] = new() { Temperature = 0.1f },
                ["steps"] = new() { SystemPrompt = "Think in steps.", Template = "Question: {prompt}!", Temperature = 0.9f, TopP = 0.8f, MaxTokens = 77 },
            },
        }));
        List<ChatMessage> messages = [new(ChatRole.System, "You are terse."), new(ChatRole.User, "why")];

        var response = await routes.Client.GenerateAsync(
            Of(UserOf(routes, "steps")) with { Messages = messages, Options = new() { Instructions = "Be brief." } }, Token);

        Assert.Equal("a", response.Model);
        var call = Assert.Single(routes.A.Requests);
        Assert.Equal([(ChatRole.System, "Think in steps."), (ChatRole.User, "Question: why!")], call.Messages.Select(message => (message.Role, message.Text)));
        Assert.Equal((0.9f, 0.8f, 77, null), (call.Options!.Temperature, call.Options.TopP, call.Options.MaxOutputTokens, call.Options.Instructions));
        Assert.Equal("why", messages[1].Text);

        await routes.Client.GenerateAsync(Of(UserOf(routes, "plain")) with { Messages = messages }, Token);
        Assert.Equal(["You are terse.", "why"], routes.A.Requests[1].Messages.Select(message => message.Text));
        Assert.Equal(0.1f, routes.A.Requests[1].Options!.Temperature);

        var own = await routes.Client.GenerateAsync(Of("anybody") with { Options = new() { Temperature = 0.5f } }, Token);
        Assert.Null(own.Trace.Plan.Experiment);
        Assert.Contains("sets itself what the variants differ in", own.Trace.Plan.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variants_words_do_not_go_to_the_model_that_steps_in_for_its_model()
    {
        await using var routes = new TwoRoutes(options => options.Routing.Experiments.Add(new()
        {
            Name = "tone",
            Variants = { ["x"] = new() { Model = "b", Template = "B: {prompt}" }, ["y"] = new() { Model = "a" } },
        }));
        routes.B.OnStream = _ => throw new ProviderException(ProviderErrorKind.InvalidResponse, "no");

        await routes.Client.GenerateAsync(Of(UserOf(routes, "x")), Token);

        Assert.Equal("B: hi", Assert.Single(routes.B.Requests).Messages[0].Text);
        Assert.Equal("hi", Assert.Single(routes.A.Requests).Messages[0].Text);
    }

    private static ExperimentOptions Experiment(double weightOfB = 0.5, Action<ExperimentOptions>? configure = null)
    {
        var experiment = new ExperimentOptions
        {
            Name = "a-or-b",
            Variants = { ["a"] = new() { Model = "a", Weight = 1 - weightOfB }, ["b"] = new() { Model = "b", Weight = weightOfB } },
        };
        configure?.Invoke(experiment);
        return experiment;
    }

    private static TwoRoutes Models(
        double weightOfB = 0.5, Action<ExperimentOptions>? configure = null, bool isLocalB = false, Action<HybridLlmOptions>? options = null) =>
        new(
            all =>
            {
                all.Routing.Experiments.Add(Experiment(weightOfB, configure));
                options?.Invoke(all);
            },
            isLocalB: isLocalB);

    private static LlmRequest Of(string user) => new("hi", "general") { Metadata = new Dictionary<string, string> { ["user"] = user } };

    /// <summary>Finds a user who gets a variant.</summary>
    private static string UserOf(TwoRoutes routes, string variant)
    {
        var experiment = new HybridLlm.Experiments.Experiment(routes.Get<Microsoft.Extensions.Options.IOptions<HybridLlmOptions>>().Value.Routing.Experiments[0], NSubstitute.Substitute.For<IModelCatalog>());
        return Enumerable.Range(0, 1_000).Select(i => $"user-{i}").First(user => experiment.VariantOf($"user {user}")?.Name == variant);
    }
}
