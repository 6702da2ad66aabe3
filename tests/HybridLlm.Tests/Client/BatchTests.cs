using HybridLlm.Tests.Support;

namespace HybridLlm.Tests.Client;

/// <summary>Many requests at once.</summary>
public sealed class BatchTests
{
    [Fact]
    public async Task Each_request_gives_one_item_with_its_index_and_a_failure_does_not_touch_the_others()
    {
        await using var routes = new TwoRoutes(o => o.Resilience.Retry.MaxRetries = 0, withB: false);
        routes.A.OnStream = call => call.Messages[0].Text == "3"
            ? Updates.ThenFail(new ProviderException(ProviderErrorKind.InvalidRequest, "bad"))
            : Updates.Of($"answer to {call.Messages[0].Text}");

        var items = await AllAsync(routes.Client.GenerateBatchAsync(Requests(10), TwoRoutes.Token));

        Assert.Equal(Enumerable.Range(0, 10), items.Select(i => i.Index).Order());
        var failed = Assert.Single(items, i => i.Exception is not null);
        Assert.Equal((3, "3"), (failed.Index, failed.Request.Messages[0].Text));
        Assert.IsType<AllRoutesFailedException>(failed.Exception);
        Assert.All(items.Where(i => i.Exception is null), i => Assert.Equal($"answerto{i.Index}", i.Response!.Text));
    }

    [Fact]
    public async Task No_more_requests_are_under_way_at_once_than_configured()
    {
        await using var routes = new TwoRoutes(o => o.Routing.BatchConcurrency = 3, withB: false);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        routes.A.OnStream = call => Updates.After(gate.Task, call, "x");

        var all = AllAsync(routes.Client.GenerateBatchAsync(Requests(9), TwoRoutes.Token));
        await routes.AdvanceUntilAsync(() => routes.A.Requests.Count == 3, TimeSpan.FromSeconds(2));
        await TwoRoutes.Settle();
        Assert.Equal(3, routes.A.Requests.Count);
        gate.SetResult();

        Assert.Equal(9, (await all).Count);
    }

    [Fact]
    public async Task Leaving_the_batch_cancels_what_is_under_way_and_starts_nothing_more()
    {
        await using var routes = new TwoRoutes(o => o.Routing.BatchConcurrency = 2, withB: false);
        routes.A.OnStream = call => call.Messages[0].Text == "0" ? Updates.Of("first") : Updates.ThenHang(call);

        await foreach (var item in routes.Client.GenerateBatchAsync(Requests(100), TwoRoutes.Token))
        {
            Assert.Equal(0, item.Index);
            break;
        }

        Assert.True(routes.A.Requests.Count <= 5);
        Assert.All(routes.A.Requests.Where(r => r.Messages[0].Text != "0"), r => Assert.True(r.CancellationToken.IsCancellationRequested));
    }

    [Fact]
    public async Task Requests_are_taken_from_the_source_as_they_are_needed()
    {
        await using var routes = new TwoRoutes(o => o.Routing.BatchConcurrency = 2, withB: false);
        var taken = 0;
        var requests = Enumerable.Range(0, int.MaxValue).Select(i =>
        {
            taken++;
            return new LlmRequest($"{i}", "general");
        });

        var seen = 0;
        await foreach (var item in routes.Client.GenerateBatchAsync(requests, TwoRoutes.Token))
        {
            if (++seen == 20)
            {
                break;
            }
        }

        Assert.InRange(taken, 20, 40);
    }

    private static IEnumerable<LlmRequest> Requests(int count) => Enumerable.Range(0, count).Select(i => new LlmRequest($"{i}", "general"));

    private static async Task<List<LlmBatchItem>> AllAsync(IAsyncEnumerable<LlmBatchItem> items)
    {
        var all = new List<LlmBatchItem>();
        await foreach (var item in items)
        {
            all.Add(item);
        }

        return all;
    }
}
