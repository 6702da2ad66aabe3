using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests;

public sealed class CancellationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_while_the_server_is_silent_closes_the_connection_with_the_callers_token(bool streamed)
    {
        var asked = new TaskCompletionSource();
        var gone = new TaskCompletionSource();
        await using var server = new TranscriptServer(async connection =>
        {
            await connection.ReadRequestAsync();
            asked.SetResult();
            await connection.WaitForClientToGoAsync();
            gone.SetResult();
        });
        await using var backend = new Backend(server.Endpoint);
        using var caller = new CancellationTokenSource();

        var call = AskAsync(backend.Chat, streamed, caller.Token);
        await asked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await caller.CancelAsync();

        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(caller.Token, canceled.CancellationToken);
        await gone.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Cancelling_in_the_middle_of_a_stream_closes_the_connection_with_the_callers_token()
    {
        var gone = new TaskCompletionSource();
        await using var server = Endless(gone);
        await using var backend = new Backend(server.Endpoint);
        backend.Services.AddHttpClient("HybridLlm:" + Backend.Name).UseSocketsHttpHandler((handler, _) => handler.ResponseDrainTimeout = TimeSpan.FromMinutes(10));
        using var caller = new CancellationTokenSource();

        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in backend.Chat.GetStreamingResponseAsync("hi", null, caller.Token))
            {
                Assert.Equal("Hi", update.Text);
                await caller.CancelAsync();
            }
        });

        Assert.Equal(caller.Token, canceled.CancellationToken);
        await gone.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Leaving_a_stream_closes_the_connection_without_waiting_for_the_rest()
    {
        var gone = new TaskCompletionSource();
        await using var server = Endless(gone);
        await using var backend = new Backend(server.Endpoint);
        backend.Services.AddHttpClient("HybridLlm:" + Backend.Name).UseSocketsHttpHandler((handler, _) => handler.ResponseDrainTimeout = TimeSpan.FromMinutes(10));

        await foreach (var update in backend.Chat.GetStreamingResponseAsync("hi", null, TestContext.Current.CancellationToken))
        {
            break;
        }

        await gone.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_sends_nothing()
    {
        await using var server = TranscriptServer.Replaying(Wire.Whole("\"content\":\"Hi\""));
        await using var backend = new Backend(server.Endpoint);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(backend.Chat, false, new CancellationToken(true)));

        Assert.Equal(0, server.ConnectionCount);
    }

    [Fact]
    public async Task A_handlers_own_timer_is_a_timeout_and_no_cancellation()
    {
        await using var backend = new Backend("http://127.0.0.1:1");
        backend.Services.AddHandler(_ => throw new TaskCanceledException("a timer of a handler"));

        Assert.Equal(ProviderErrorKind.Timeout, (await backend.FailAsync()).Kind);
    }

    [Fact]
    public async Task A_failure_that_comes_with_the_callers_cancellation_is_a_cancellation()
    {
        using var caller = new CancellationTokenSource();
        await using var backend = new Backend("http://127.0.0.1:1");
        backend.Services.AddHandler(_ =>
        {
            caller.Cancel();
            throw new HttpRequestException("the connection was closed");
        });

        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(backend.Chat, false, caller.Token));

        Assert.Equal(caller.Token, canceled.CancellationToken);
    }

    private static TranscriptServer Endless(TaskCompletionSource gone) => new(async connection =>
    {
        await connection.ReadRequestAsync();
        await connection.SendAsync(Wire.StreamHead + Wire.Chunk(Wire.Text("Hi")));
        await connection.WaitForClientToGoAsync();
        gone.SetResult();
    });

    private static async Task AskAsync(IChatClient chat, bool streamed, CancellationToken cancellationToken)
    {
        if (!streamed)
        {
            await chat.GetResponseAsync("hi", null, cancellationToken);
            return;
        }

        await foreach (var _ in chat.GetStreamingResponseAsync("hi", null, cancellationToken))
        {
            Assert.Fail("Nothing was sent.");
        }
    }
}
