using HybridLlm.Neo4j.Tests.Support;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Neo4j.Tests;

public abstract class SharingTests(Wire wire)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hosts_with_different_traffic_come_to_recommend_the_same_and_none_counts_itself_twice()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using var first = CreateHost(database);
        await using var second = CreateHost(database);

        // The first host saw only that A fails; the second only that B does well. Alone, the second would go on with A, which is said to be the better one.
        Record(first, "a", 40, OutcomeStatus.Failed);
        Record(second, "b", 25, OutcomeStatus.Succeeded);
        Record(second, "a", 2, OutcomeStatus.Succeeded);

        await Wait.UntilAsync(async () => await BestAsync(first) == "b" && await BestAsync(second) == "b" && Seen(first) == (42, 25) && Seen(second) == (42, 25));

        // Some exchanges later nothing has been counted again.
        var tracker = second.GetRequiredService<Metrics.RecordingPerformanceTracker>();
        for (var i = 0; i < 3; i++)
        {
            await tracker.ShareAsync(Token);
        }

        Assert.Equal((42, 25), Seen(second));
    }

    [Fact]
    public async Task A_host_that_starts_again_knows_what_it_learned_and_what_can_be_rated_without_counting_it_again()
    {
        await using var database = await RealNeo4j.OpenAsync(wire);
        await using (var first = CreateHost(database, new PatientClock()))
        {
            Record(first, "a", 12, OutcomeStatus.Succeeded);
            Record(first, "b", 3, OutcomeStatus.Failed);
        }

        Assert.Empty(database.Log.Warnings);
        Assert.Empty(database.Tracker.Warnings);
        Assert.Equal(15, await database.CountAsync("MATCH (m:ModelMetrics) RETURN count(m)"));
        for (var run = 0; run < 2; run++)
        {
            await using var again = CreateHost(database);
            await again.GetRequiredService<Metrics.RecordingPerformanceTracker>().StartAsync(Token);
            Assert.Equal((12, 3), Seen(again));
        }
    }

    private static ServiceProvider CreateHost(RealNeo4j database, TimeProvider? time = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddSingleton<Microsoft.Extensions.Logging.ILogger<Metrics.RecordingPerformanceTracker>>(database.Tracker);
        services.AddSingleton<Microsoft.Extensions.Logging.ILogger<Neo4jMetricsStore>>(database.Log);
        var connection = database.Options();
        var builder = services.AddHybridLlm(options =>
        {
            options.Models["a"] = new() { Provider = "pa", Quality = 0.9 };
            options.Models["b"] = new() { Provider = "pb", Quality = 0.5 };
            options.Routing.Exploration = 0;
        });
        builder.AddProvider("pa", static _ => new ScriptedProvider("pa", "alpha"));
        builder.AddProvider("pb", static _ => new ScriptedProvider("pb", "beta"));
        builder.AddNeo4jMetrics(options =>
        {
            (options.Uri, options.User, options.Password, options.Timeout) = (connection.Uri, connection.User, connection.Password, connection.Timeout);
            options.SpoolPath = database.Spool.Path;
            options.ShareInterval = TimeSpan.FromSeconds(1);
        });
        return services.BuildServiceProvider();
    }

    private static void Record(IServiceProvider host, string model, int count, OutcomeStatus status)
    {
        for (var i = 0; i < count; i++)
        {
            host.GetRequiredService<IPerformanceTracker>().Record(Samples.Success(DateTimeOffset.UtcNow, model, "general") with
            {
                Provider = "p" + model,
                Status = status,
                Error = status == OutcomeStatus.Failed ? ProviderErrorKind.ServerError : null,
            });
        }
    }

    private static async Task<string> BestAsync(IServiceProvider host) =>
        (await host.GetRequiredService<IHybridLlmClient>().PlanAsync(new LlmRequest("hi", "general"), Token)).Routes[0].Model.Name;

    private static (long A, long B) Seen(IServiceProvider host)
    {
        var tracker = host.GetRequiredService<IPerformanceTracker>();
        return (tracker.GetPerformance("a", "general").Total, tracker.GetPerformance("b", "general").Total);
    }
}
