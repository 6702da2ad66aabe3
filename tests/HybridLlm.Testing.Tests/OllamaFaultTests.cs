using System.Text.Json;
using HybridLlm.Testing.Tests.Support;

namespace HybridLlm.Testing.Tests;

/// <summary>What faults do to lines of JSON. What they do to bytes and connections is the same for all, and tested there.</summary>
public sealed class OllamaFaultTests : SimulatorTests
{
    private const string Prompt = "{\"model\":\"sim-model\",\"messages\":[{\"role\":\"user\",\"content\":\"one two three four five\"}]";
    private const string Reply = "You said: one two three four five";

    private static readonly byte[] Plain = RawClient.Post("/api/chat", Prompt + ",\"stream\":false}");
    private static readonly byte[] Streamed = RawClient.Post("/api/chat", Prompt + "}");

    [Fact]
    public async Task Without_a_fault_the_answer_is_whole()
    {
        await using var server = await OllamaSimulator.StartAsync(cancellationToken: Token);

        var plain = await AskAsync(server, Plain);
        var streamed = await AskAsync(server, Streamed);

        Assert.Equal((Reply, Reply), (TextOf(plain), TextOf(streamed)));
        Assert.True(Lines(streamed)[^1].GetProperty("done").GetBoolean());
        Assert.All(await Task.WhenAll(server.Requests.Select(static request => request.Completion.WaitAsync(Token))), static outcome => Assert.Equal(RequestOutcome.Completed, outcome));
    }

    [Fact]
    public async Task Parts_of_a_stream_are_missing()
    {
        await using var server = await OllamaSimulator.StartAsync(cancellationToken: Token);

        Assert.Equal(string.Empty, (await AskAsync(server, Streamed, Fault.EmptyStream())).Body);
        Assert.Equal(string.Empty, (await AskAsync(server, Plain, Fault.EmptyStream())).Body);
        Assert.Equal("stop", Assert.Single(Lines(await AskAsync(server, Streamed, Fault.OnlyDone()))).GetProperty("done_reason").GetString());
        Assert.Equal([false, true], Lines(await AskAsync(server, Streamed, Fault.EmptyChoices())).Select(static line => line.GetProperty("done").GetBoolean()));
        Assert.Equal(string.Empty, TextOf(await AskAsync(server, Plain, Fault.EmptyChoices())));

        var noDone = await AskAsync(server, Streamed, Fault.MissingDone());
        Assert.Equal((Reply, RawEnding.Whole), (TextOf(noDone), noDone.Ending));
        Assert.All(Lines(noDone), static line => Assert.False(line.GetProperty("done").GetBoolean()));

        var noReason = Lines(await AskAsync(server, Streamed, Fault.MissingFinishReason()))[^1];
        Assert.True(noReason.GetProperty("done").GetBoolean());
        Assert.False(noReason.TryGetProperty("done_reason", out _));
    }

    [Fact]
    public async Task Errors_come_inside_200()
    {
        await using var server = await OllamaSimulator.StartAsync(cancellationToken: Token);

        var first = await AskAsync(server, Streamed, Fault.ErrorInside200());
        var later = await AskAsync(server, Streamed, Fault.ErrorInside200(afterTokens: 2));
        var plain = await AskAsync(server, Plain, Fault.ErrorInside200());

        Assert.All([first, later, plain], static response => Assert.Equal((200, RawEnding.Whole), (response.Status, response.Ending)));
        Assert.Equal("{\"error\":\"an error was encountered while running the model: unexpected EOF\"}\n", first.Body);
        Assert.EndsWith("\"done\":false}\n" + first.Body, later.Body, StringComparison.Ordinal);
        Assert.Equal(first.Body, plain.Body + "\n");
    }

    [Theory]
    [InlineData(BackendError.Loading, 500, "timed out waiting for llama-server to start - ")]
    [InlineData(BackendError.Busy, 503, "server busy, please try again.  maximum pending requests exceeded")]
    [InlineData(BackendError.Internal, 500, "an error was encountered while running the model: unexpected EOF")]
    [InlineData(BackendError.ContextExceeded, 400, "{\"error\":{\"code\":400,\"message\":\"request (4097 tokens) exceeds the available context size (4096 tokens), try increasing it\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":4097,\"n_ctx\":4096}}")]
    [InlineData(BackendError.ModelNotFound, 404, "model 'sim-model' not found")]
    public async Task Errors_of_ollama(BackendError error, int status, string text)
    {
        await using var server = await OllamaSimulator.StartAsync(cancellationToken: Token);

        var response = await AskAsync(server, Streamed, Fault.Error(error));

        Assert.Equal((status, text), (response.Status, JsonElement.Parse(response.Body).GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Too_many_requests_can_say_when_to_come_again()
    {
        await using var server = await OllamaSimulator.StartAsync(cancellationToken: Token);

        var response = await AskAsync(server, Streamed, Fault.RateLimited(TimeSpan.FromSeconds(20)));

        Assert.Equal((429, "20"), (response.Status, response.Header("Retry-After")));
    }

    [Fact]
    public async Task Lines_are_cut_split_merged_or_broken()
    {
        await using var server = await OllamaSimulator.StartAsync(cancellationToken: Token);

        var dropped = await AskAsync(server, Streamed, Fault.DropAfter(4));
        Assert.Equal(("You said: one", RawEnding.Fin), (TextOf(dropped), dropped.Ending));
        Assert.Equal(RawEnding.Reset, (await AskAsync(server, Streamed, Fault.DropAfter(4, reset: true))).Ending);

        var split = await AskAsync(server, Streamed, Fault.SplitEveryByte());
        Assert.All(split.Chunks, static chunk => Assert.Single(chunk));
        Assert.Equal(Reply, TextOf(split));

        var merged = await AskAsync(server, Streamed, Fault.MergeFrames());
        Assert.Single(merged.Chunks);
        Assert.Equal(Reply, TextOf(merged));

        var json = await AskAsync(server, Streamed, Fault.MalformedJson(afterTokens: 1));
        Assert.ThrowsAny<JsonException>(() => Lines(json));
        var proxy = await AskAsync(server, Streamed, Fault.MalformedStream(afterTokens: 1));
        Assert.EndsWith("\nproxy error: Failed to read connection", proxy.Body, StringComparison.Ordinal);

        var wrong = await AskAsync(server, Streamed, Fault.WrongContentType());
        Assert.Equal(("text/html; charset=utf-8", Reply), (wrong.Header("Content-Type"), TextOf(wrong)));
    }

    [Fact]
    public async Task The_model_only_thinks_repeats_itself_echoes_the_schema_or_says_a_huge_word()
    {
        await using var server = await OllamaSimulator.StartAsync(cancellationToken: Token);

        var thoughts = await AskAsync(server, Streamed, Fault.ReasoningOnly());
        Assert.Equal(string.Empty, TextOf(thoughts));
        Assert.Equal(" think", Lines(thoughts)[2].GetProperty("message").GetProperty("thinking").GetString());

        var loop = await AskAsync(server, RawClient.Post("/api/chat", Prompt + ",\"options\":{\"num_predict\":8}}"), Fault.RepetitionLoop());
        Assert.Equal("The same again. The same again.", TextOf(loop));
        Assert.Equal("length", Lines(loop)[^1].GetProperty("done_reason").GetString());

        const string Schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"]}";
        var request = RawClient.Post("/api/chat", Prompt + ",\"format\":" + Schema + "}");
        Assert.Equal((Schema, "{\"a\":1}"), (TextOf(await AskAsync(server, request, Fault.SchemaEcho())), TextOf(await AskAsync(server, request))));

        Assert.Equal(3_000_000, TextOf(await AskAsync(server, Streamed, Fault.HugeToken(3_000_000))).Length);
    }

    [Fact]
    public async Task A_wedged_server_lists_its_models()
    {
        await using var server = await OllamaSimulator.StartAsync(cancellationToken: Token);
        server.Faults.Wedge();
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);
        await client.SendAsync(Streamed, Token);
        var chat = await server.WaitForRequestAsync(static request => request.IsGeneration, Token);

        Assert.Equal(200, (await RawClient.ExchangeAsync(server.Endpoint, RawClient.Get("/api/tags"), Token)).Status);
        Assert.Equal((null, RequestOutcome.Pending), (chat.StatusCode, chat.Outcome));
    }

    [Fact]
    public async Task Headers_of_a_slow_first_token_come_with_it()
    {
        var clock = new ManualTimeProvider();
        await using var server = await OllamaSimulator.StartAsync(options => options.TimeProvider = clock, Token);
        server.Faults.Next(Fault.LateFirstToken(TimeSpan.FromSeconds(30)));

        var answer = AskAsync(server, Streamed);
        await clock.WaitForTimersAsync(1, Token);
        Assert.Null(server.Requests[0].StatusCode);
        clock.AdvanceToNextTimer();

        Assert.Equal(30_000_000_000, Lines(await answer)[^1].GetProperty("prompt_eval_duration").GetInt64());
    }

    private static async Task<RawResponse> AskAsync(OllamaSimulator server, byte[] request, Fault? fault = null)
    {
        if (fault is not null)
        {
            server.Faults.Next(fault);
        }

        return await RawClient.ExchangeAsync(server.Endpoint, request, Token);
    }

    private static JsonElement[] Lines(RawResponse response) => [.. response.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line))];

    private static string TextOf(RawResponse response) => string.Concat(Lines(response).Select(static line => line.GetProperty("message").GetProperty("content").GetString()));
}
