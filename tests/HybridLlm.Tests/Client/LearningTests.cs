using HybridLlm.Tests.Metrics;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HybridLlm.Tests.Client;

/// <summary>What requests and feedback teach, in one run and beyond it.</summary>
public sealed class LearningTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ratings_move_a_task_to_the_model_whose_answers_are_liked_and_leave_others_where_they_are()
    {
        await using var routes = new TwoRoutes();

        await RateAsync(routes.Client, TaskTypes.Planning, liked: "b", 24);

        Assert.Equal("b", await FirstOfAsync(routes.Client, TaskTypes.Planning));
        Assert.Equal("a", await FirstOfAsync(routes.Client, TaskTypes.Summarization));
    }

    [Fact]
    public async Task Feedback_for_a_response_that_nobody_gave_is_refused()
    {
        await using var routes = new TwoRoutes();
        var response = await routes.AskAsync();

        await routes.Client.RecordFeedbackAsync(response.ResponseId, Feedback.Accepted, Token);
        var exception = await Assert.ThrowsAsync<UnknownResponseException>(
            async () => await routes.Client.RecordFeedbackAsync("hl-000000000000-1", Feedback.Accepted, Token));

        Assert.Contains("hl-000000000000-1", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1, routes.Tracker.GetPerformance("a", "general").Rating);
    }

    [Fact]
    public async Task Feedback_goes_to_the_model_that_really_answered()
    {
        await using var routes = new TwoRoutes();
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.Unavailable, "down"));
        var response = await routes.AskAsync();

        await routes.Client.RecordFeedbackAsync(response.ResponseId, new Feedback(0.2), Token);

        Assert.Null(routes.Tracker.GetPerformance("a", "general").Rating);
        Assert.Equal(0.2, routes.Tracker.GetPerformance("b", "general").Rating!.Value, 6);
    }

    [Fact]
    public async Task Feedback_older_than_the_window_is_refused()
    {
        await using var routes = new TwoRoutes(o => o.Metrics.FeedbackWindow = 2);
        var first = await routes.AskAsync();
        await routes.AskAsync();
        var third = await routes.AskAsync();

        await routes.Client.RecordFeedbackAsync(third.ResponseId, Feedback.Accepted, Token);

        await Assert.ThrowsAsync<UnknownResponseException>(async () => await routes.Client.RecordFeedbackAsync(first.ResponseId, Feedback.Accepted, Token));
    }

    [Fact]
    public async Task A_plan_explains_itself_and_calls_nobody()
    {
        await using var routes = new TwoRoutes();

        var plan = await routes.Client.PlanAsync(new LlmRequest("hi", "general") { Options = new() { ModelId = "b" } }, Token);

        Assert.Equal("b", plan.Routes[0].Model.Name);
        Assert.NotEmpty(plan.Routes[0].Score.Parts);
        Assert.NotEmpty(plan.Strategy);
        Assert.Empty(routes.A.Requests);
        Assert.Empty(routes.B.Requests);
    }

    [Fact]
    public async Task A_restart_remembers()
    {
        using var folder = new TemporaryFolder();
        using (var first = Host(folder))
        {
            await first.StartAsync(Token);
            await RateAsync(first.Services.GetRequiredService<IHybridLlmClient>(), TaskTypes.Planning, liked: "b", 24);
            await first.StopAsync(Token);
        }

        using var second = Host(folder);
        await second.StartAsync(Token);

        Assert.Equal("b", await FirstOfAsync(second.Services.GetRequiredService<IHybridLlmClient>(), TaskTypes.Planning));
        Assert.Equal(1, second.Services.GetRequiredService<IPerformanceTracker>().GetPerformance("b", TaskTypes.Planning).Rating!.Value, 6);
    }

    [Fact]
    public async Task A_container_without_a_host_remembers_too()
    {
        using var folder = new TemporaryFolder();
        await using (var first = Services(new ServiceCollection(), folder).BuildServiceProvider())
        {
            await RateAsync(first.GetRequiredService<IHybridLlmClient>(), TaskTypes.Planning, liked: "b", 24);
        }

        await using var second = Services(new ServiceCollection(), folder).BuildServiceProvider();

        Assert.Equal("b", await FirstOfAsync(second.GetRequiredService<IHybridLlmClient>(), TaskTypes.Planning));
    }

    /// <summary>Asks both models in turn, and likes the answers of one.</summary>
    private static async Task RateAsync(IHybridLlmClient client, string taskType, string liked, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            var response = await client.GenerateAsync(new LlmRequest("hi", taskType) { Model = i % 2 == 0 ? "a" : "b" }, Token);
            await client.RecordFeedbackAsync(response.ResponseId, response.Model == liked ? Feedback.Accepted : Feedback.Rejected, Token);
        }
    }

    private static async Task<string> FirstOfAsync(IHybridLlmClient client, string taskType) =>
        (await client.PlanAsync(new LlmRequest("hi", taskType), Token)).Routes[0].Model.Name;

    private static IHost Host(TemporaryFolder folder)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        Services(builder.Services, folder);
        return builder.Build();
    }

    private static IServiceCollection Services(IServiceCollection services, TemporaryFolder folder)
    {
        services.AddHybridLlm(options =>
        {
            options.Metrics.Path = folder.Path;
            options.Models["a"] = new() { Provider = "pa", Quality = 0.9 };
            options.Models["b"] = new() { Provider = "pb", Quality = 0.5 };
        })
        .AddProvider("pa", _ => new ScriptedProvider("pa", "alpha"))
        .AddProvider("pb", _ => new ScriptedProvider("pb", "beta"));
        return services;
    }
}
