using System.Net.Sockets;
using System.Text.Json;
using HybridLlm.Testing.Tests.Support;

namespace HybridLlm.Testing.Tests;

/// <summary>What a client without any cleverness sees of each fault: status, bytes, FIN or RST.</summary>
public sealed class FaultTests : SimulatorTests
{
    private const string Prompt = "{\"model\":\"sim-model\",\"messages\":[{\"role\":\"user\",\"content\":\"one two three four five\"}]";
    private const string Reply = "You said: one two three four five";

    private static readonly byte[] Plain = RawClient.Post("/v1/chat/completions", Prompt + "}");
    private static readonly byte[] Streamed = RawClient.Post("/v1/chat/completions", Prompt + ",\"stream\":true}");

    public static TheoryData<Type> Backends => [typeof(LlamaServerSimulator), typeof(OpenAISimulator), typeof(LmStudioSimulator)];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Without_a_fault_the_answer_is_whole(Type backend)
    {
        await using var server = await StartAsync(backend);

        var plain = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);
        var streamed = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);

        Assert.Equal(Reply, TextOf(plain));
        Assert.Equal(Reply, TextOf(streamed));
        Assert.Equal((RawEnding.Whole, RawEnding.Whole), (plain.Ending, streamed.Ending));
        Assert.EndsWith("data: [DONE]\n\n", streamed.Body, StringComparison.Ordinal);
        Assert.All(await OutcomesAsync(server), static outcome => Assert.Equal(RequestOutcome.Completed, outcome));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Reset_on_connect_resets_without_reading_and_without_a_log_entry(Type backend)
    {
        await using var server = await StartAsync(backend);
        var rule = server.Faults.Next(Fault.ResetOnConnect());

        Assert.Equal(RawEnding.Reset, await EndOfAsync(server));

        Assert.Equal(1, rule.Hits);
        Assert.Empty(server.Requests);
        Assert.Equal(200, (await RawClient.ExchangeAsync(server.Endpoint, Plain, Token)).Status);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Reset_and_close_end_the_connection_without_a_byte(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Next(Fault.Reset());
        server.Faults.Next(Fault.Close());

        var reset = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);
        var closed = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);

        Assert.Equal(("", RawEnding.Reset), (reset.Head, reset.Ending));
        Assert.Equal(("", RawEnding.Fin), (closed.Head, closed.Ending));
        Assert.Equal([RequestOutcome.Aborted, RequestOutcome.Aborted], await OutcomesAsync(server));
        Assert.Null(server.Requests[0].StatusCode);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Hang_sends_nothing_and_notices_that_the_client_leaves(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Next(Fault.Hang());
        RecordedRequest request;
        using (var client = await RawClient.ConnectAsync(server.Endpoint, Token))
        {
            await client.SendAsync(Streamed, Token);
            request = await server.WaitForRequestAsync(static _ => true, Token);
            Assert.Equal((null, 1, RequestOutcome.Pending), (request.StatusCode, server.ActiveRequests, request.Outcome));
        }

        Assert.Equal(RequestOutcome.ClientDisconnected, await request.Completion.WaitAsync(Token));
        await server.WaitForActiveRequestsAsync(0, Token);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Hang_before_the_first_token_sends_the_headers_of_a_stream_only(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Always(Fault.HangBeforeFirstToken());
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);

        await client.SendAsync(Streamed, Token);
        var seen = await client.ReceiveUntilAsync(static text => text.EndsWith("\r\n\r\n", StringComparison.Ordinal), Token);

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("data:", seen, StringComparison.Ordinal);
        using var plain = await RawClient.ConnectAsync(server.Endpoint, Token);
        await plain.SendAsync(Plain, Token);
        var request = await server.WaitForRequestAsync(static request => request.Number == 2, Token);
        Assert.Null(request.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Stall_sends_so_many_tokens_and_keeps_the_connection_open(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Always(Fault.StallAfter(3));
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);

        await client.SendAsync(Streamed, Token);
        var request = await server.WaitForRequestAsync(static request => request.TokensSent == 3, Token);
        var seen = await client.ReceiveUntilAsync(static text => text.Contains("\"content\":\":\"", StringComparison.Ordinal), Token);

        Assert.Equal(["You", " said", ":"], Pieces(seen));
        Assert.Equal((1, RequestOutcome.Pending, 1), (server.ActiveRequests, request.Outcome, server.BusySlots));
        client.HalfClose();
        Assert.Equal(RequestOutcome.ClientDisconnected, await request.Completion.WaitAsync(Token));
        await server.WaitForAsync(() => server.BusySlots == 0, Token);
    }

    [Fact]
    public async Task A_stall_with_a_heartbeat_sends_comments_on_the_clock()
    {
        var clock = new ManualTimeProvider();
        await using var server = await LlamaServerSimulator.StartAsync(options => options.TimeProvider = clock, Token);
        server.Faults.Always(Fault.StallAfter(1, heartbeat: TimeSpan.FromSeconds(1)));
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);

        await client.SendAsync(Streamed, Token);
        for (var beat = 0; beat < 3; beat++)
        {
            await clock.WaitForTimersAsync(1, Token);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        var seen = await client.ReceiveUntilAsync(static text => text.Split("3\r\n:\n\n\r\n").Length == 4, Token);
        Assert.Equal(["You"], Pieces(seen));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Drop_ends_a_stream_after_so_many_tokens_without_the_last_chunk(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Next(Fault.DropAfter(4));
        server.Faults.Next(Fault.DropAfter(4, reset: true));

        var closed = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);
        var reset = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);

        Assert.Equal((200, RawEnding.Fin), (closed.Status, closed.Ending));
        Assert.Equal((200, RawEnding.Reset), (reset.Status, reset.Ending));
        Assert.All([closed, reset], static response => Assert.Equal("You said: one", TextOf(response)));
        Assert.Equal([RequestOutcome.Aborted, RequestOutcome.Aborted], await OutcomesAsync(server));
        await server.WaitForAsync(() => server.BusySlots == 0, Token);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Drop_sends_half_the_body_of_a_plain_answer(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Next(Fault.DropAfter(1));
        server.Faults.Next(Fault.DropAfter(1, reset: true));

        var closed = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);
        var reset = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);

        Assert.Equal((RawEnding.Fin, RawEnding.Reset), (closed.Ending, reset.Ending));
        Assert.All([closed, reset], static response =>
        {
            Assert.Equal(200, response.Status);
            Assert.Equal(int.Parse(response.Header("Content-Length")!, System.Globalization.CultureInfo.InvariantCulture) / 2, response.Body.Length);
        });
    }

    [Fact]
    public async Task Status_sends_what_the_test_says()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        server.Faults.Next(Fault.Status(502, "<html>bad gateway</html>", contentType: "text/html"));
        server.Faults.Next(Fault.Status(503, retryAfter: TimeSpan.FromSeconds(1.2)));

        var own = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);
        var backends = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);

        Assert.Equal((502, "<html>bad gateway</html>", "text/html"), (own.Status, own.Body, own.Header("Content-Type")));
        Assert.Equal((503, "2"), (backends.Status, backends.Header("Retry-After")));
        Assert.Equal("{\"error\":{\"code\":500,\"message\":\"Context size has been exceeded.\",\"type\":\"server_error\"}}", backends.Body);
    }

    [Theory]
    [InlineData(BackendError.Loading, 503, "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}")]
    [InlineData(BackendError.Busy, 503, "{\"error\":{\"code\":503,\"message\":\"no slot available\",\"type\":\"unavailable_error\"}}")]
    [InlineData(BackendError.Unauthorized, 401, "{\"error\":{\"message\":\"Invalid API Key\",\"type\":\"authentication_error\",\"code\":401}}")]
    [InlineData(BackendError.ModelNotFound, 404, "{\"error\":{\"message\":\"File Not Found\",\"type\":\"not_found_error\",\"code\":404}}")]
    [InlineData(BackendError.BadRequest, 400, "{\"error\":{\"code\":400,\"message\":\"'messages' is required\",\"type\":\"invalid_request_error\"}}")]
    [InlineData(BackendError.ContextExceeded, 400, "{\"error\":{\"code\":400,\"message\":\"request (4097 tokens) exceeds the available context size (4096 tokens), try increasing it\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":4097,\"n_ctx\":4096}}")]
    public async Task Errors_of_llama_server(BackendError error, int status, string body)
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        server.Faults.Always(Fault.Error(error));

        var response = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);

        Assert.Equal((status, body, "close"), (response.Status, response.Body, response.Header("Connection")));
    }

    [Theory]
    [InlineData(BackendError.Busy, 503, "{\"error\":{\"message\":\"The engine is currently busy and cannot accept new requests. Please try again later or on a different instance.\",\"type\":\"Service Unavailable\",\"param\":null,\"code\":503}}")]
    [InlineData(BackendError.Internal, 500, "{\"error\":{\"message\":\"EngineCore encountered an issue. See stack trace (above) for the root cause.\",\"type\":\"InternalServerError\",\"param\":null,\"code\":500}}")]
    [InlineData(BackendError.Unauthorized, 401, "{\"error\":\"Unauthorized\"}")]
    [InlineData(BackendError.ModelNotFound, 404, "{\"error\":{\"message\":\"The model `nope` does not exist. Valid aliases: sim-model.\",\"type\":\"NotFoundError\",\"param\":\"model\",\"code\":404}}")]
    public async Task Errors_of_vllm(BackendError error, int status, string body)
    {
        await using var server = await OpenAISimulator.StartAsync(cancellationToken: Token);
        server.Faults.Always(Fault.Error(error));

        var response = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);

        Assert.Equal((status, body), (response.Status, response.Body));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Too_many_requests_can_say_when_to_come_again(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Next(Fault.RateLimited(TimeSpan.FromSeconds(20)));
        server.Faults.Next(Fault.RateLimited());

        var with = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);
        var without = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);

        Assert.Equal((429, "20"), (with.Status, with.Header("Retry-After")));
        Assert.Equal((429, null), (without.Status, without.Header("Retry-After")));
    }

    [Theory]
    [InlineData(StreamErrorForm.Backend, "data: {\"error\":", false)]
    [InlineData(StreamErrorForm.Data, "data: {\"error\":", false)]
    [InlineData(StreamErrorForm.ErrorEvent, "event: error\ndata: {\"error\":", false)]
    [InlineData(StreamErrorForm.ErrorField, "error: {\"error\":", true)]
    public async Task An_error_inside_200_takes_the_form_asked_for(StreamErrorForm form, string beginning, bool done)
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        server.Faults.Next(Fault.ErrorInside200(form: form));
        server.Faults.Next(Fault.ErrorInside200(2, form));

        var first = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);
        var later = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);

        Assert.Equal((200, RawEnding.Whole), (first.Status, first.Ending));
        Assert.StartsWith(beginning, first.Body, StringComparison.Ordinal);
        Assert.Equal(done, first.Body.Contains("[DONE]", StringComparison.Ordinal));
        Assert.Equal("You said", TextOf(later));
        Assert.Contains("\n\n" + beginning, later.Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task An_error_inside_a_plain_200_is_its_body(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Next(Fault.ErrorInside200());

        var response = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);

        Assert.Equal(200, response.Status);
        Assert.StartsWith("{\"error\":", response.Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Streams_with_parts_missing(Type backend)
    {
        await using var server = await StartAsync(backend);
        async Task<RawResponse> AskAsync(Fault fault)
        {
            server.Faults.Next(fault);
            var response = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);
            Assert.Equal((200, RawEnding.Whole), (response.Status, response.Ending));
            return response;
        }

        Assert.Equal(string.Empty, (await AskAsync(Fault.EmptyStream())).Body);
        Assert.Equal("data: [DONE]\n\n", (await AskAsync(Fault.OnlyDone())).Body);

        var noDone = await AskAsync(Fault.MissingDone());
        Assert.Equal(Reply, TextOf(noDone));
        Assert.DoesNotContain("[DONE]", noDone.Body, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"stop\"", noDone.Body, StringComparison.Ordinal);

        var noFinish = await AskAsync(Fault.MissingFinishReason());
        Assert.Equal(Reply, TextOf(noFinish));
        Assert.DoesNotContain("\"finish_reason\":\"", noFinish.Body, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", noFinish.Body, StringComparison.Ordinal);

        var noChoices = await AskAsync(Fault.EmptyChoices());
        Assert.Contains("\"choices\":[]", noChoices.Body, StringComparison.Ordinal);
        Assert.Equal(2, noChoices.Body.Split("data: ", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Plain_answers_with_parts_missing(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Next(Fault.EmptyStream());
        server.Faults.Next(Fault.EmptyChoices());
        server.Faults.Next(Fault.MissingFinishReason());

        var empty = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);
        var noChoices = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);
        var noFinish = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);

        Assert.Equal((200, "", "0"), (empty.Status, empty.Body, empty.Header("Content-Length")));
        Assert.Equal(0, JsonElement.Parse(noChoices.Body).GetProperty("choices").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, JsonElement.Parse(noFinish.Body).GetProperty("choices")[0].GetProperty("finish_reason").ValueKind);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Reasoning_only_thinks_and_says_nothing(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Always(Fault.ReasoningOnly());

        var streamed = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);

        Assert.Equal(string.Empty, TextOf(streamed));
        Assert.Contains("\"finish_reason\":\"stop\"", streamed.Body, StringComparison.Ordinal);
        Assert.Contains(backend == typeof(OpenAISimulator) ? "\"reasoning\":\" think\"}" : "\"reasoning_content\":\" think\"}", streamed.Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Malformed_answers_end_properly_and_do_not_parse(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Next(Fault.MalformedJson(afterTokens: 1));
        server.Faults.Next(Fault.MalformedStream(afterTokens: 1));
        server.Faults.Next(Fault.MalformedJson());

        var json = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);
        var stream = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);
        var plain = await RawClient.ExchangeAsync(server.Endpoint, Plain, Token);

        Assert.All([json, stream, plain], static response => Assert.Equal((200, RawEnding.Whole), (response.Status, response.Ending)));
        var events = json.Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(events[^1]["data: ".Length..]));
        Assert.EndsWith("\n\nproxy error: Failed to read connection", stream.Body, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(plain.Body));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_wrong_content_type_comes_with_the_right_content(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Always(Fault.WrongContentType());

        var response = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);

        Assert.Equal(("text/html; charset=utf-8", Reply), (response.Header("Content-Type"), TextOf(response)));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Other_chunks_carry_the_same_bytes(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Replies.Default = static _ => "Grüße 🚀";
        server.Faults.Next(Fault.SplitEveryByte());
        server.Faults.Next(Fault.MergeFrames());

        var split = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);
        var merged = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);
        var plain = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);

        Assert.All(split.Chunks, static chunk => Assert.Single(chunk));
        Assert.Single(merged.Chunks);
        Assert.All([split, merged, plain], static response => Assert.Equal("Grüße 🚀", TextOf(response)));
        Assert.Equal(Transcript.NormalizeBody(plain.Body), Transcript.NormalizeBody(split.Body));
        Assert.Equal(Transcript.NormalizeBody(plain.Body), Transcript.NormalizeBody(merged.Body));
    }

    [Fact]
    public async Task A_huge_token_comes_in_one_chunk()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        server.Faults.Always(Fault.HugeToken(3_000_000));

        var response = await RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);

        Assert.Equal(new string('x', 3_000_000), TextOf(response));
        Assert.Contains(response.Chunks, static chunk => chunk.Length > 3_000_000);
    }

    [Fact]
    public async Task Late_first_token_and_slow_tokens_run_on_the_clock()
    {
        var clock = new ManualTimeProvider();
        await using var server = await LlamaServerSimulator.StartAsync(
            options =>
            {
                options.TimeProvider = clock;
                options.SsePingInterval = null;
            },
            Token);
        server.Faults.Next(Fault.LateFirstToken(TimeSpan.FromSeconds(30)));
        server.Faults.Next(Fault.SlowTokens(TimeSpan.FromSeconds(5)));

        var late = RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);
        await clock.WaitForTimersAsync(1, Token);
        Assert.Equal(TimeSpan.FromSeconds(30), clock.UntilNextTimer);
        Assert.Equal((200, 0), (server.Requests[0].StatusCode, server.Requests[0].TokensSent));
        clock.AdvanceToNextTimer();
        Assert.Equal(Reply, TextOf(await late));

        var slow = RawClient.ExchangeAsync(server.Endpoint, Streamed, Token);
        for (var token = 1; token < 8; token++)
        {
            var sent = token;
            await server.WaitForRequestAsync(request => request.Number == 2 && request.TokensSent == sent, Token);
            await clock.WaitForTimersAsync(1, Token);
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        var response = await slow;
        Assert.Equal(Reply, TextOf(response));
        Assert.Contains("\"predicted_ms\":35000.0", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_echo_answers_with_the_schema()
    {
        const string Schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"]}";
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        server.Faults.Next(Fault.SchemaEcho());
        var request = RawClient.Post("/v1/chat/completions", Prompt + ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":" + Schema + "}}}");

        var echoed = await RawClient.ExchangeAsync(server.Endpoint, request, Token);
        var filled = await RawClient.ExchangeAsync(server.Endpoint, request, Token);

        Assert.Equal(Schema, TextOf(echoed));
        Assert.Equal("{\"a\":1}", TextOf(filled));
    }

    [Fact]
    public async Task A_repetition_loop_ends_at_the_token_limit()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        server.Faults.Always(Fault.RepetitionLoop());

        var response = await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/v1/chat/completions", Prompt + ",\"max_tokens\":8}"), Token);

        Assert.Equal("The same again. The same again.", TextOf(response));
        Assert.Contains("\"finish_reason\":\"length\"", response.Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_wedged_backend_looks_healthy(Type backend)
    {
        await using var server = await StartAsync(backend);
        server.Faults.Wedge();
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);
        await client.SendAsync(Streamed, Token);
        var chat = await server.WaitForRequestAsync(static request => request.IsGeneration, Token);

        Assert.Equal(200, (await RawClient.ExchangeAsync(server.Endpoint, RawClient.Get("/health"), Token)).Status);
        Assert.Equal(200, (await RawClient.ExchangeAsync(server.Endpoint, RawClient.Get("/v1/models"), Token)).Status);
        Assert.Equal((null, RequestOutcome.Pending), (chat.StatusCode, chat.Outcome));
    }

    private static async Task<LlmSimulator> StartAsync(Type backend) => backend == typeof(LlamaServerSimulator)
        ? await LlamaServerSimulator.StartAsync(cancellationToken: Token)
        : backend == typeof(LmStudioSimulator) ? await LmStudioSimulator.StartAsync(cancellationToken: Token)
        : await OpenAISimulator.StartAsync(cancellationToken: Token);

    private static async Task<RequestOutcome[]> OutcomesAsync(LlmSimulator server) =>
        await Task.WhenAll(server.Requests.Select(static request => request.Completion.WaitAsync(Token)));

    private static async Task<RawEnding> EndOfAsync(LlmSimulator server)
    {
        try
        {
            using var client = await RawClient.ConnectAsync(server.Endpoint, Token);
            return await client.EndAsync(Token);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The reset can be there before the connect has returned.
            return RawEnding.Reset;
        }
    }

    private static string TextOf(RawResponse response) => response.Chunked
        ? string.Concat(Pieces(response.Body))
        : JsonElement.Parse(response.Body).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    private static string[] Pieces(string body) =>
    [
        .. from line in body.Split('\n')
           where line.StartsWith("data: {", StringComparison.Ordinal) && line.EndsWith('}')
           let chunk = JsonElement.Parse(line["data: ".Length..])
           where chunk.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0
           let delta = chunk.GetProperty("choices")[0].GetProperty("delta")
           where delta.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String && content.GetString() != string.Empty
           select delta.GetProperty("content").GetString(),
    ];
}
