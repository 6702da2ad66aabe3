using HybridLlm.Metrics;
using HybridLlm.Tests.Metrics;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Tests.Client;

/// <summary>What a user's judgement comes to.</summary>
public sealed class FeedbackTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("the quick brown fox", "the quick brown fox", 1)]
    [InlineData("the quick brown fox", "the slow brown fox", 0.75)]
    [InlineData("the quick brown fox", "a b c d", 0)]
    [InlineData("", "", 1)]
    [InlineData("one two", "one two three four", 0.5)]
    [InlineData("one two three four", "", 0)]
    public void An_edit_leaves_as_much_of_the_rating_as_of_the_answer(string answer, string edited, double rating) =>
        Assert.Equal(rating, Feedback.Edited(answer, edited).Rating, 6);

    [Fact]
    public void The_degree_of_an_edit_has_a_range()
    {
        Assert.Equal(0.7, Feedback.Edited(0.3).Rating, 6);
        Assert.Throws<ArgumentOutOfRangeException>(() => Feedback.Edited(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Feedback.Edited(double.NaN));
    }

    [Fact]
    public async Task The_same_judgement_twice_counts_once_and_another_one_replaces_it()
    {
        await using var routes = new TwoRoutes();
        var store = routes.Tracker;
        var first = await routes.AskAsync();
        var second = await routes.AskAsync();

        await routes.Client.RecordFeedbackAsync(first.ResponseId, Feedback.Rejected, Token);
        await routes.Client.RecordFeedbackAsync(first.ResponseId, Feedback.Rejected, Token);
        await routes.Client.RecordFeedbackAsync(second.ResponseId, Feedback.Accepted, Token);
        var before = store.GetPerformance("a", "general");
        await routes.Client.RecordFeedbackAsync(first.ResponseId, Feedback.Rejected, Token);

        Assert.Equal(before, store.GetPerformance("a", "general"));
        Assert.Equal(0.5, before.SuccessRate, 1);

        await routes.Client.RecordFeedbackAsync(first.ResponseId, Feedback.Accepted, Token);
        Assert.Equal(1, store.GetPerformance("a", "general").SuccessRate, 6);
        Assert.Equal(1, store.GetPerformance("a", "general").Rating!.Value, 6);
    }

    [Fact]
    public async Task After_an_escalation_it_goes_to_the_model_whose_answer_was_returned()
    {
        await using var routes = new TwoRoutes(options =>
        {
            options.Models["a"].Quality = 0.3;
            options.Routing.Tasks["general"] = new() { Models = { "a", "b" }, Default = "a" };
            options.Routing.EscalationThreshold = 0.6;
        });
        routes.A.OnStream = _ => Updates.Of(new ChatResponseUpdate(ChatRole.Assistant, "I don't know."), Updates.End());
        var response = await routes.AskAsync();

        await routes.Client.RecordFeedbackAsync(response.ResponseId, new Feedback(0.8), Token);

        Assert.Null(routes.Tracker.GetPerformance("a", "general").Rating);
        Assert.Equal(0.8, routes.Tracker.GetPerformance("b", "general").Rating!.Value, 6);
    }

    [Fact]
    public async Task It_may_come_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        string id;
        await using (var first = Services(folder))
        {
            id = (await first.GetRequiredService<IHybridLlmClient>().GenerateAsync(new LlmRequest("hi", "general"), Token)).ResponseId;
            await first.GetRequiredService<IHybridLlmClient>().RecordFeedbackAsync(id, Feedback.Rejected, Token);
        }

        await using (var second = Services(folder))
        {
            await second.GetRequiredService<IHybridLlmClient>().RecordFeedbackAsync(id, Feedback.Accepted, Token);
        }

        await using var third = Services(folder);
        var client = third.GetRequiredService<IHybridLlmClient>();
        await client.RecordFeedbackAsync(id, Feedback.Accepted, Token);
        var performance = third.GetRequiredService<IPerformanceTracker>().GetPerformance("a", "general");
        Assert.Equal((1, 1.0), (performance.Total, performance.Rating!.Value));
        await Assert.ThrowsAsync<UnknownResponseException>(async () => await client.RecordFeedbackAsync("hl-000000000000-1", Feedback.Accepted, Token));
    }

    [Fact]
    public async Task What_was_learned_of_confidences_survives_a_restart()
    {
        using var folder = new TemporaryFolder();
        double before;
        await using (var first = Services(folder))
        {
            before = await RateManyAsync(first.GetRequiredService<IHybridLlmClient>());
        }

        await using var second = Services(folder);
        var client = second.GetRequiredService<IHybridLlmClient>();
        await second.GetRequiredService<RecordingPerformanceTracker>().StartAsync(Token);
        var after = (await client.GenerateAsync(new LlmRequest("hi", "general") { Model = "a" }, Token)).Trace.Attempts[0].Confidence!;

        Assert.True(before < 0.7, $"{before}");
        Assert.Equal(before, after.Value, 6);
    }

    private static async Task<double> RateManyAsync(IHybridLlmClient client)
    {
        for (var i = 0; i < 12; i++)
        {
            var response = await client.GenerateAsync(new LlmRequest("hi", "general") { Model = "a" }, Token);
            await client.RecordFeedbackAsync(response.ResponseId, Feedback.Rejected, Token);
        }

        return (await client.GenerateAsync(new LlmRequest("hi", "general") { Model = "a" }, Token)).Trace.Attempts[0].Confidence!.Value;
    }

    private static ServiceProvider Services(TemporaryFolder folder)
    {
        var services = new ServiceCollection();
        services.AddHybridLlm(options =>
        {
            options.Metrics.Path = folder.Path;
            options.Models["a"] = new() { Provider = "pa", Quality = 0.3, Fallbacks = { "b" } };
            options.Models["b"] = new() { Provider = "pb", Quality = 0.9 };
            options.Routing.AccuracyFloor = 0;
            options.Routing.Tasks["general"] = new() { Models = { "a", "b" }, Default = "a" };
            options.Routing.EscalationThreshold = 0.01;
            options.Routing.Escalation.AutoTune = false;
        })
        .AddProvider("pa", _ => new ScriptedProvider("pa", "alpha"))
        .AddProvider("pb", _ => new ScriptedProvider("pb", "beta"));
        return services.BuildServiceProvider();
    }
}
