using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tests.Execution;

/// <summary>How fast a model is said to be.</summary>
public sealed class PaceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_backends_own_figure_counts_where_it_gives_one(bool streamed)
    {
        await using var routes = new TwoRoutes(withB: false);
        routes.A.OnStream = _ => Updates.Of([.. Updates.Tokens(3), End(new Timings(123))]);

        if (streamed)
        {
            await routes.StreamAsync();
        }
        else
        {
            await routes.AskAsync();
        }

        Assert.Equal(123, routes.Tracker.GetPerformance("a", "general").TokensPerSecond, 6);
    }

    [Fact]
    public async Task A_few_tokens_that_come_all_at_once_say_nothing_of_the_pace()
    {
        await using var routes = new TwoRoutes(withB: false);
        routes.A.OnStream = _ => Updates.Of([.. Updates.Tokens(5), End(null)]);

        await routes.AskAsync();

        Assert.Equal(0, routes.Tracker.GetPerformance("a", "general").TokensPerSecond);
    }

    [Fact]
    public async Task Where_the_backend_gives_no_figure_it_is_measured_after_the_first_token()
    {
        await using var routes = new TwoRoutes(withB: false);
        var rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        routes.A.OnStream = _ => Slow(rest.Task);

        var asking = routes.AskAsync();
        routes.Time.Advance(TimeSpan.FromSeconds(2));
        rest.SetResult();
        await asking;

        Assert.Equal(10, routes.Tracker.GetPerformance("a", "general").TokensPerSecond, 6);

        static async IAsyncEnumerable<ChatResponseUpdate> Slow(Task rest)
        {
            yield return new(ChatRole.Assistant, "first");
            await rest;
            foreach (var update in Updates.Tokens(20))
            {
                yield return update;
            }

            yield return End(null);
        }
    }

    private static ChatResponseUpdate End(Timings? timings)
    {
        var end = Updates.End();
        end.AdditionalProperties = timings is null ? null : new() { ["test.timings"] = timings };
        return end;
    }

    private sealed record Timings(double? TokensPerSecond) : IServerTimings;
}
