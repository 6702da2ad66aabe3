using HybridLlm.Testing;
using Microsoft.Extensions.AI;

namespace HybridLlm.Conformance;

/// <content>Callers that leave.</content>
public abstract partial class ProviderConformance
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_who_leaves_is_heard_of_at_once(bool streamed)
    {
        Target.Simulator?.Faults.Always(Fault.Hang());
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        var call = LeaveAsync(streamed, caller.Token);
        await WaitUntilBusyAsync(true);

        await caller.CancelAsync();

        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(caller.Token, canceled.CancellationToken);
        await WaitUntilBusyAsync(false);
        if (Target.Simulator is { } simulator)
        {
            Assert.Equal(RequestOutcome.ClientDisconnected, simulator.Requests[^1].Outcome);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_who_leaves_in_the_middle_of_a_stream_ends_it(bool byCancelling)
    {
        if (Target.Simulator is { } scripted)
        {
            scripted.Replies.Default = static _ => new() { Pieces = ["One", " two", " three", " four"] };
            scripted.Faults.Always(Fault.StallAfter(2));
        }

        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        Exception? thrown = null;
        try
        {
            await foreach (var update in Target.Chat.GetStreamingResponseAsync("Tell me everything.", Target.LongAnswer, caller.Token))
            {
                if (update.Text.Length == 0)
                {
                    continue;
                }

                if (!byCancelling)
                {
                    break;
                }

                await caller.CancelAsync();
            }
        }
        catch (OperationCanceledException e)
        {
            thrown = e;
        }

        Assert.Equal(byCancelling, thrown is not null);
        await WaitUntilBusyAsync(false);
    }

    private protected async Task LeaveAsync(bool streamed, CancellationToken cancellationToken)
    {
        if (!streamed)
        {
            await Target.Chat.GetResponseAsync("Tell me everything.", Target.LongAnswer, cancellationToken);
            return;
        }

        await foreach (var update in Target.Chat.GetStreamingResponseAsync("Tell me everything.", Target.LongAnswer, cancellationToken))
        {
            Assert.NotNull(update);
        }
    }

    private async Task WaitUntilBusyAsync(bool busy)
    {
        if (Target.Simulator is { } simulator)
        {
            await simulator.WaitForAsync(() => simulator.Requests.Any(r => r.IsGeneration && r.Outcome == RequestOutcome.Pending) == busy, Deadline);
            return;
        }

        Assert.SkipWhen(Target.IsBusy is null, "The backend does not tell whether it works.");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (await Target.IsBusy!(Deadline) != busy)
        {
            await timer.WaitForNextTickAsync(Deadline);
        }
    }
}
