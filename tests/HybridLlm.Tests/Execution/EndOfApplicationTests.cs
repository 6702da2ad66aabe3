using HybridLlm.Tests.Support;

namespace HybridLlm.Tests.Execution;

/// <summary>What becomes of the application's end while backends are still at work.</summary>
public sealed class EndOfApplicationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task It_does_not_wait_for_a_call_whose_client_does_not_listen_to_its_token()
    {
        var deaf = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var routes = new TwoRoutes(withB: false);
        routes.A.OnStream = call => Updates.After(deaf.Task, call with { CancellationToken = CancellationToken.None }, "alpha");
        var asking = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => routes.A.Requests.Count == 1, TimeSpan.FromSeconds(1));

        await routes.DisposeAsync().AsTask().WaitAsync(Patience, TwoRoutes.Token);

        Assert.False(asking.IsCompleted);
        deaf.SetResult();
        Assert.Equal("alpha", (await asking).Text);
    }
}
