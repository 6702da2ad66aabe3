using System.Net;
using System.Net.Sockets;
using HybridLlm.OpenAICompatible.Tests.Support;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>What vLLM does without a word, after the recordings of a real one: only the form of an answer, or its absence, tells.</summary>
public sealed class VllmSilenceTests
{
    private const string Chat = "POST /v1/chat/completions";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Surprise_1_while_it_loads_nobody_listens_and_it_is_unhealthy_rather_than_loading()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var host = new Conformance.ProviderHost();
        host.AddOpenAICompatible();
        var provider = host.Create(new OpenAICompatibleOptions { Type = "Vllm", Endpoint = $"http://127.0.0.1:{port}" });

        Assert.Equal(ProviderHealthStatus.Unhealthy, (await provider.CheckHealthAsync(Cancellation)).Status);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => provider.GetChatClient("m").GetResponseAsync("Hi", cancellationToken: Cancellation));
        Assert.Equal(ProviderErrorKind.Unavailable, failure.Kind);
    }

    [Fact]
    public async Task Surprises_3_and_5_the_headers_of_a_hung_or_sleeping_engine_are_no_start_and_leaving_ends_the_wait()
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var headers = Transcripts.Response("vllm", "800-hung-stream");
        await using var server = new TranscriptServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(headers);
            await leaving.CancelAsync();
            Assert.Null(await connection.ReadRequestAsync());
        });
        await using var backend = new Backend(server.Endpoint);
        var updates = backend.Chat.GetStreamingResponseAsync("Hi", null, leaving.Token).GetAsyncEnumerator(leaving.Token);

        // No update came with the 200: the wait goes on until the caller leaves.
        var left = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => updates.MoveNextAsync().AsTask());

        Assert.Equal(leaving.Token, left.CancellationToken);
        await updates.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Surprise_12_leaving_closes_the_connection_which_stops_the_engine_streamed_or_not(bool streamed)
    {
        await using var server = await OpenAISimulator.StartAsync(cancellationToken: Cancellation);
        server.Faults.Always(Fault.Hang());
        await using var host = new Conformance.ProviderHost();
        host.AddOpenAICompatible();
        var chat = host.Create(new OpenAICompatibleOptions { Type = "Vllm", Endpoint = server.Endpoint.ToString() }).GetChatClient("sim-model");
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        Task asking = streamed
            ? chat.GetStreamingResponseAsync("Hi", cancellationToken: leaving.Token).ToChatResponseAsync(leaving.Token)
            : chat.GetResponseAsync("Hi", cancellationToken: leaving.Token);
        var request = await server.WaitForRequestAsync(static request => request.IsGeneration, Cancellation);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(RequestOutcome.ClientDisconnected, await request.Completion.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task Surprise_16_an_answer_that_the_context_cut_short_ended_for_length()
    {
        var response = await AskAsync("387-context-clamped");

        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal(2048, response.Usage!.TotalTokenCount);
    }

    [Theory]
    [InlineData("518-unique-items")]
    [InlineData("526-format-unknown")]
    [InlineData("539-bad-type")]
    [InlineData("540-dangling-ref")]
    [InlineData("542-contradiction")]
    [InlineData("543-bad-pattern")]
    public async Task Surprise_20_a_schema_that_it_cannot_hold_is_the_clients_mistake(string name)
    {
        await using var vllm = new Flavor("Vllm").Replay(Chat, "vllm", name);

        Assert.Equal(ProviderErrorKind.InvalidRequest, (await vllm.FailAsync(streamed: true)).Kind);
    }

    [Fact]
    public async Task Surprise_20_an_answer_filled_up_with_newlines_ended_for_length_and_is_no_json()
    {
        var response = await AskAsync("976-reasoning-schema");

        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.EndsWith("\n\n\n\n", response.Text, StringComparison.Ordinal);
    }

    private static async Task<ChatResponse> AskAsync(string name)
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("vllm", name));
        await using var backend = new Backend(server.Endpoint);
        return await backend.AskAsync();
    }
}
