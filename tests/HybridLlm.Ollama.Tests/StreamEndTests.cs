using HybridLlm.Ollama.Tests.Support;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Tests;

/// <summary>Ends that are ends, and those that are none.</summary>
public sealed class StreamEndTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("800-")] // killed
    [InlineData("801-")] // SIGTERM
    [InlineData("802-")] // SIGINT
    public async Task Surprise_1_the_stream_of_a_server_that_was_stopped_broke_off(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        var (failure, text) = await backend.FailAsync();

        Assert.Equal(ProviderErrorKind.StreamInterrupted, failure.Kind);
        Assert.NotEmpty(text);
    }

    [Theory]
    [InlineData("810-")]
    [InlineData("850-")]
    [InlineData("a40-")]
    public async Task Surprise_1_an_error_line_under_status_200_is_the_error_that_it_is(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        var (failure, text) = await backend.FailAsync();

        Assert.Equal(ProviderErrorKind.ServerError, failure.Kind);
        Assert.Contains("an error was encountered while running the model: unexpected EOF", failure.Message, StringComparison.Ordinal);
        Assert.Contains("in its stream", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(text);
    }

    [Fact]
    public async Task Surprise_1_a_half_closed_connection_ends_with_an_error()
    {
        await using var backend = Backend.Replaying("731-");
        Assert.Equal(ProviderErrorKind.ServerError, (await backend.FailAsync()).Failure.Kind);
    }

    [Fact]
    public async Task Surprise_1_the_guard_against_repetition_ends_a_stream_properly_and_it_broke_off_nevertheless()
    {
        await using var backend = Backend.Replaying("39d-");
        var (failure, text) = await backend.FailAsync();

        Assert.Equal(ProviderErrorKind.StreamInterrupted, failure.Kind);
        Assert.NotEmpty(text);
    }

    [Theory]
    [InlineData("399-")]
    [InlineData("39b-")]
    public async Task Surprise_1_an_answer_that_says_done_false_broke_off_though_it_is_not_streamed(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await backend.FailAsync(streamed: false)).Failure.Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_ends_before_an_answer_is_unavailable(bool streamed)
    {
        var server = TranscriptServer.Replaying([]);
        await using var backend = new Backend(server.Endpoint, null, server);
        Assert.Equal(ProviderErrorKind.Unavailable, (await backend.FailAsync(streamed)).Failure.Kind);
    }

    [Fact]
    public async Task Frames_that_nobody_knows_are_passed_over()
    {
        await using var backend = Backend.Replaying(Ndjson.Stream("""{"load_progress":0.5}""", """{"model":"m","message":null,"done":null}""", Ndjson.Text("Hi"), Ndjson.Done));
        Assert.Equal(["Hi", ""], (await backend.StreamAsync()).Select(update => update.Text));
    }

    [Fact]
    public async Task A_connection_that_is_cut_after_the_last_line_costs_nothing()
    {
        await using var backend = Backend.Replaying(Ndjson.Cut(Ndjson.Text("Hi"), Ndjson.Done));
        Assert.Equal("Hi", (await backend.AskAsync(streamed: true)).Text);
    }

    [Fact]
    public async Task A_line_that_is_no_json_is_invalid()
    {
        await using var backend = Backend.Replaying(Ndjson.Stream(Ndjson.Text("Hi"), "proxy error", Ndjson.Done));
        var (failure, text) = await backend.FailAsync();

        Assert.Equal((ProviderErrorKind.InvalidResponse, "Hi", "proxy error"), (failure.Kind, text, failure.ResponseExcerpt));
    }

    [Fact]
    public async Task A_line_that_ends_in_the_middle_broke_off()
    {
        await using var backend = Backend.Replaying([.. "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"u8, .. "{\"model\":\"m\",\"message\":{\"content\":\"H"u8]);
        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await backend.FailAsync()).Failure.Kind);
    }

    [Theory]
    [InlineData("230-")]
    [InlineData("244-")]
    public async Task A_load_in_place_of_an_answer_is_no_answer(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        Assert.Equal(ProviderErrorKind.InvalidResponse, (await backend.FailAsync(streamed: false)).Failure.Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Surprise_13_cancelling_while_nothing_comes_closes_the_connection_with_the_callers_token(bool streamed)
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

        var call = streamed ? DrainAsync(backend.Chat, caller.Token) : backend.Chat.GetResponseAsync("hi", null, caller.Token);
        await asked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await caller.CancelAsync();

        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(caller.Token, canceled.CancellationToken);
        await gone.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Surprise_13_leaving_a_stream_closes_the_connection_at_once(bool byCancelling)
    {
        var gone = new TaskCompletionSource();
        await using var server = new TranscriptServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(Ndjson.Cut(Ndjson.Text("Hi")));
            await connection.WaitForClientToGoAsync();
            gone.SetResult();
        });
        await using var backend = new Backend(server.Endpoint);
        using var caller = new CancellationTokenSource();
        Exception? thrown = null;
        try
        {
            await foreach (var update in backend.Chat.GetStreamingResponseAsync("hi", null, caller.Token))
            {
                Assert.Equal("Hi", update.Text);
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
        await gone.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_connection_is_used_again_after_a_complete_answer()
    {
        await using var server = new TranscriptServer(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                await connection.SendAsync(Ndjson.Stream(Ndjson.Text("Hi"), Ndjson.Done));
            }
        });
        await using var backend = new Backend(server.Endpoint, options => options.ConnectionIdleTimeout = null);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("Hi", (await backend.AskAsync(streamed: true)).Text);
        }

        Assert.Equal(1, server.ConnectionCount);
    }

    private static async Task DrainAsync(IChatClient chat, CancellationToken cancellationToken)
    {
        await foreach (var update in chat.GetStreamingResponseAsync("hi", null, cancellationToken))
        {
            Assert.Fail($"Nothing was sent, but '{update}' came.");
        }
    }
}
