using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HybridLlm.Testing.Tests.Support;

namespace HybridLlm.Testing.Tests;

/// <summary>What the simulators do besides the wire: slots, listening, logs, scripts, plans.</summary>
public sealed class LlmSimulatorTests : SimulatorTests
{
    private static byte[] Chat(string text, bool stream = false, string more = "") => RawClient.Post(
        "/v1/chat/completions",
        $"{{\"model\":\"sim-model\",\"messages\":[{{\"role\":\"user\",\"content\":\"{text}\"}}],\"stream\":{(stream ? "true" : "false")}{more}}}");

    [Fact]
    public async Task Stop_listening_refuses_and_start_listening_opens_the_same_port()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        using var idle = await RawClient.ConnectAsync(server.Endpoint, Token);
        await idle.SendAsync(RawClient.Get("/health"), Token);
        await idle.ReceiveAsync(Token);
        var endpoint = server.Endpoint;

        for (var round = 0; round < 3; round++)
        {
            await server.StopListeningAsync();
            Assert.False(server.IsListening);
            var refused = await Assert.ThrowsAsync<SocketException>(() => RawClient.ConnectAsync(endpoint, Token));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

            await server.StartListeningAsync(Token);
            Assert.True(server.IsListening);
            Assert.Equal(200, (await RawClient.ExchangeAsync(endpoint, RawClient.Get("/health"), Token)).Status);
        }

        Assert.Equal(endpoint, server.Endpoint);
        Assert.Equal(RawEnding.Fin, await idle.EndAsync(Token));
    }

    [Fact]
    public async Task Stop_listening_cuts_streams_with_a_fin_or_lets_them_go_on()
    {
        var clock = new ManualTimeProvider();
        await using var server = await LlamaServerSimulator.StartAsync(
            options =>
            {
                options.TimeProvider = clock;
                options.TokenDelay = TimeSpan.FromSeconds(1);
            },
            Token);
        using var kept = await RawClient.ConnectAsync(server.Endpoint, Token);
        await kept.SendAsync(Chat("a", stream: true), Token);
        await server.WaitForRequestAsync(static request => request.TokensSent == 1, Token);

        await server.StopListeningAsync(closeConnections: false);
        for (var token = 1; token < 4; token++)
        {
            await clock.WaitForTimersAsync(1, Token);
            clock.AdvanceToNextTimer();
            var sent = token + 1;
            await server.WaitForRequestAsync(request => request.TokensSent >= sent, Token);
        }

        Assert.Equal(RawEnding.Whole, (await kept.ReceiveAsync(Token)).Ending);

        await server.StartListeningAsync(Token);
        using var cut = await RawClient.ConnectAsync(server.Endpoint, Token);
        await cut.SendAsync(Chat("a", stream: true), Token);
        var request = await server.WaitForRequestAsync(static request => request.Number == 2 && request.TokensSent == 1, Token);
        await server.StopListeningAsync();

        Assert.Equal(RawEnding.Fin, (await cut.ReceiveAsync(Token)).Ending);
        Assert.Equal(RequestOutcome.Aborted, await request.Completion.WaitAsync(Token));
    }

    [Fact]
    public async Task A_request_that_finds_all_slots_busy_waits_without_headers_as_at_llama_server()
    {
        await using var server = await LlamaServerSimulator.StartAsync(static options => options.Slots = 1, Token);
        var stall = server.Faults.Next(Fault.StallAfter(1));
        using var first = await RawClient.ConnectAsync(server.Endpoint, Token);
        await first.SendAsync(Chat("first", stream: true), Token);
        await server.WaitForAsync(() => server.BusySlots == 1, Token);

        using var second = await RawClient.ConnectAsync(server.Endpoint, Token);
        await second.SendAsync(Chat("second", stream: true), Token);
        await server.WaitForAsync(() => server.QueuedRequests == 1, Token);
        Assert.Null(server.Requests[1].StatusCode);

        first.Dispose();
        var answer = await second.ReceiveAsync(Token);

        Assert.Equal((200, RawEnding.Whole), (answer.Status, answer.Ending));
        Assert.Equal(1, stall.Hits);
    }

    [Fact]
    public async Task A_request_that_finds_all_slots_busy_has_its_headers_at_once_as_at_vllm()
    {
        await using var server = await OpenAISimulator.StartAsync(static options => options.Slots = 1, Token);
        server.Faults.Next(Fault.StallAfter(1));
        using var first = await RawClient.ConnectAsync(server.Endpoint, Token);
        await first.SendAsync(Chat("first", stream: true), Token);
        await server.WaitForAsync(() => server.BusySlots == 1, Token);

        using var second = await RawClient.ConnectAsync(server.Endpoint, Token);
        await second.SendAsync(Chat("second", stream: true), Token);
        var seen = await second.ReceiveUntilAsync(static text => text.Contains("\r\n\r\n", StringComparison.Ordinal), Token);

        Assert.StartsWith("HTTP/1.1 200", seen, StringComparison.Ordinal);
        await server.WaitForAsync(() => server.QueuedRequests == 1, Token);

        second.Dispose();
        await server.WaitForAsync(() => server.QueuedRequests == 0, Token);
        Assert.Equal(RequestOutcome.ClientDisconnected, await server.Requests[1].Completion.WaitAsync(Token));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Leaving_frees_the_slot_of_llama_server_only_if_the_answer_is_streamed(bool stream, int busyAfterwards)
    {
        var clock = new ManualTimeProvider();
        await using var server = await LlamaServerSimulator.StartAsync(
            options =>
            {
                options.TimeProvider = clock;
                options.TimeToFirstToken = TimeSpan.FromSeconds(10);
                options.SsePingInterval = null;
            },
            Token);
        using (var client = await RawClient.ConnectAsync(server.Endpoint, Token))
        {
            await client.SendAsync(Chat("x", stream), Token);
            await clock.WaitForTimersAsync(1, Token);
        }

        Assert.Equal(RequestOutcome.ClientDisconnected, await server.Requests[0].Completion.WaitAsync(Token));
        if (stream)
        {
            await server.WaitForActiveRequestsAsync(0, Token);
        }

        Assert.Equal(busyAfterwards, server.BusySlots);
        clock.Advance(TimeSpan.FromSeconds(10));
        await server.WaitForAsync(() => server.BusySlots == 0, Token);
    }

    [Fact]
    public async Task Waiting_streams_get_pings_on_the_clock()
    {
        var clock = new ManualTimeProvider();
        await using var server = await LlamaServerSimulator.StartAsync(
            options =>
            {
                options.TimeProvider = clock;
                options.TimeToFirstToken = TimeSpan.FromSeconds(70);
            },
            Token);
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);
        await client.SendAsync(Chat("x", stream: true), Token);
        List<TimeSpan> waits = [];
        for (var step = 0; step < 3; step++)
        {
            await clock.WaitForTimersAsync(1, Token);
            waits.Add(clock.UntilNextTimer!.Value);
            clock.AdvanceToNextTimer();
        }

        var answer = await client.ReceiveAsync(Token);
        Assert.Equal([TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10)], waits);
        Assert.StartsWith(":\n\n:\n\ndata: ", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loading_ends_by_the_clock_or_when_the_test_says_so()
    {
        var clock = new ManualTimeProvider();
        await using var server = await LlamaServerSimulator.StartAsync(
            options =>
            {
                options.TimeProvider = clock;
                options.LoadTime = TimeSpan.FromSeconds(20);
            },
            Token);
        async Task<int> StatusAsync() => (await RawClient.ExchangeAsync(server.Endpoint, Chat("x"), Token)).Status;

        Assert.Equal(503, await StatusAsync());
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, await StatusAsync());
        server.BeginLoading();
        Assert.Equal(503, await StatusAsync());
        server.FinishLoading();
        Assert.Equal(200, await StatusAsync());
    }

    [Fact]
    public async Task Vllm_refuses_connections_while_it_loads()
    {
        var clock = new ManualTimeProvider();
        await using var server = await OpenAISimulator.StartAsync(
            options =>
            {
                options.TimeProvider = clock;
                options.LoadTime = TimeSpan.FromSeconds(20);
            },
            Token);

        await Assert.ThrowsAsync<SocketException>(() => RawClient.ConnectAsync(server.Endpoint, Token));
        clock.Advance(TimeSpan.FromSeconds(20));
        await server.Loaded.WaitAsync(Token);

        Assert.Equal(200, (await RawClient.ExchangeAsync(server.Endpoint, RawClient.Get("/health"), Token)).Status);
    }

    [Fact]
    public async Task A_simulator_can_be_disposed_while_it_loads()
    {
        var clock = new ManualTimeProvider();
        var server = await OpenAISimulator.StartAsync(
            options =>
            {
                options.TimeProvider = clock;
                options.LoadTime = TimeSpan.FromSeconds(20);
            },
            Token);

        await server.DisposeAsync();
        await server.DisposeAsync();

        Assert.True(server.Loaded.IsCanceled);
        Assert.Equal(0, clock.ActiveTimers);
    }

    [Fact]
    public async Task Clients_that_leave_at_any_moment_are_no_mistake_of_the_simulator()
    {
        await using var server = await OpenAISimulator.StartAsync(cancellationToken: Token);
        server.Replies.Default = static _ => new SimulatedReply { Pieces = [.. Enumerable.Repeat("word ", 50)] };
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            using var client = await RawClient.ConnectAsync(server.Endpoint, Token);
            await client.SendAsync(Chat("x", stream: true), Token);
            var most = random.Next(12_000);
            await client.ReceiveUntilAsync(text => text.Length >= most || text.Contains("[DONE]", StringComparison.Ordinal), Token);
        }

        await server.WaitForActiveRequestsAsync(0, Token);
        Assert.All(server.Requests, static request => Assert.Null(request.Error));
    }

    [Fact]
    public async Task Disposal_does_not_wait_for_a_client_that_does_not_read()
    {
        var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        server.Faults.Always(Fault.HugeToken(64 * 1024 * 1024));
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);
        await client.SendAsync(Chat("x", stream: true), Token);
        var request = await server.WaitForRequestAsync(static request => request.StatusCode == 200, Token);

        await server.DisposeAsync().AsTask().WaitAsync(Token);

        Assert.Equal(RequestOutcome.Aborted, await request.Completion.WaitAsync(Token));
    }

    [Fact]
    public async Task The_log_is_bounded_and_tells_what_came()
    {
        await using var server = await LlamaServerSimulator.StartAsync(static options => options.MaxRecordedRequests = 2, Token);
        await RawClient.ExchangeAsync(server.Endpoint, RawClient.Get("/health"), Token);
        await RawClient.ExchangeAsync(server.Endpoint, RawClient.Get("/slots?fail_on_no_slot=1"), Token);
        await RawClient.ExchangeAsync(server.Endpoint, Chat("hello"), Token);

        var requests = server.Requests;
        Assert.Equal(3, server.RequestCount);
        Assert.Equal([(2, "/slots", "fail_on_no_slot=1", false), (3, "/v1/chat/completions", "", true)], requests.Select(static request => (request.Number, request.Path, request.Query, request.IsGeneration)));
        Assert.Equal(("POST", "application/json"), (requests[1].Method, requests[1].Header("content-type")));
        Assert.Equal("hello", requests[1].Json().GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Equal(RequestOutcome.Completed, await requests[1].Completion.WaitAsync(Token));
        Assert.Equal(200, requests[1].StatusCode);
        await server.WaitForActiveRequestsAsync(0, Token);
    }

    [Fact]
    public async Task Scripts_answer_by_rule_then_by_queue_then_by_default()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        server.Replies.Enqueue("queued").WhenUserSays("weather", "sunny").When(static chat => chat.MaxTokens == 77, static chat => $"limit {chat.MaxTokens}");

        Assert.Equal("sunny", await SayAsync("How is the WEATHER?"));
        Assert.Equal("limit 77", await SayAsync("x", ",\"max_tokens\":77"));
        Assert.Equal("queued", await SayAsync("x"));
        Assert.Equal("You said: x", await SayAsync("x"));
        server.Replies.Clear();
        Assert.Equal("You said: weather", await SayAsync("weather"));

        async Task<string> SayAsync(string text, string more = "") =>
            JsonElement.Parse((await RawClient.ExchangeAsync(server.Endpoint, Chat(text, more: more), Token)).Body)
                .GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }

    [Fact]
    public async Task A_script_that_throws_is_answered_500_and_kept_in_the_log()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        server.Replies.Default = static _ => throw new InvalidOperationException("script");

        var response = await RawClient.ExchangeAsync(server.Endpoint, Chat("x"), Token);

        Assert.Equal(500, response.Status);
        Assert.Contains("script", response.Body, StringComparison.Ordinal);
        await server.WaitForActiveRequestsAsync(0, Token);
        Assert.IsType<InvalidOperationException>(server.Requests[0].Error);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("required")]
    public async Task Offered_tools_are_called_until_one_has_answered(string choice)
    {
        const string Tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"enum\":[\"Rome\"]},\"days\":{\"type\":\"integer\"}},\"required\":[\"city\"]}}}]";
        await using var server = await OpenAISimulator.StartAsync(cancellationToken: Token);

        var called = JsonElement.Parse((await RawClient.ExchangeAsync(server.Endpoint, Chat("x", more: $"{Tools},\"tool_choice\":\"{choice}\""), Token)).Body).GetProperty("choices")[0];
        var answered = await RawClient.ExchangeAsync(
            server.Endpoint,
            RawClient.Post("/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"tool\",\"content\":\"sunny\"}]" + Tools + "}"),
            Token);

        Assert.Equal("tool_calls", called.GetProperty("finish_reason").GetString());
        Assert.Equal("{\"city\":\"Rome\"}", called.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.Contains("You said: x", answered.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_fault_plan_keeps_to_targets_conditions_counts_and_order()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        var flapping = server.Faults.EveryNth(Fault.Status(599), 3);
        List<int> statuses = [];
        for (var i = 0; i < 7; i++)
        {
            statuses.Add(await StatusAsync(Chat("x")));
        }

        Assert.Equal([200, 200, 599, 200, 200, 599, 200], statuses);
        Assert.Equal(2, flapping.Hits);
        Assert.Equal(200, await StatusAsync(RawClient.Get("/health")));

        Assert.True(server.Faults.Remove(flapping));
        Assert.False(server.Faults.Remove(flapping));
        server.Faults.When(static request => request.BodyText.Contains("poison", StringComparison.Ordinal), Fault.Status(598));
        server.Faults.Next(Fault.Status(597), times: 2);
        server.Faults.Always(Fault.Status(596), FaultTarget.Information);
        statuses.Clear();
        foreach (var request in new[] { Chat("x"), Chat("poison"), Chat("x"), Chat("x"), RawClient.Get("/health") })
        {
            statuses.Add(await StatusAsync(request));
        }

        Assert.Equal([597, 598, 597, 200, 596], statuses);
        Assert.True(server.Faults.Rules[1].IsUsedUp);

        server.Faults.Clear();
        Assert.Equal(200, await StatusAsync(Chat("poison")));

        async Task<int> StatusAsync(byte[] request) => (await RawClient.ExchangeAsync(server.Endpoint, request, Token)).Status;
    }

    [Fact]
    public async Task Connections_live_as_those_of_llama_server()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);
        var twice = RawClient.Get("/health").Concat(RawClient.Get("/health")).ToArray();
        await client.SendAsync(twice, Token);
        for (var number = 1; number <= 100; number++)
        {
            if (number > 2)
            {
                await client.SendAsync(RawClient.Get("/health"), Token);
            }

            var response = await client.ReceiveAsync(Token);
            Assert.Equal(number < 100 ? null : "close", response.Header("Connection"));
        }

        Assert.Equal(RawEnding.Fin, await client.EndAsync(Token));
        using var failed = await RawClient.ConnectAsync(server.Endpoint, Token);
        await failed.SendAsync(RawClient.Get("/nope"), Token);
        Assert.Equal("close", (await failed.ReceiveAsync(Token)).Header("Connection"));
        Assert.Equal(RawEnding.Fin, await failed.EndAsync(Token));
    }

    [Fact]
    public async Task Idle_connections_are_closed_after_the_keep_alive_time()
    {
        var clock = new ManualTimeProvider();
        await using var server = await LlamaServerSimulator.StartAsync(
            options =>
            {
                options.TimeProvider = clock;
                options.KeepAliveTimeout = TimeSpan.FromSeconds(5);
            },
            Token);
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);
        await client.SendAsync(RawClient.Get("/health"), Token);
        await client.ReceiveAsync(Token);

        await clock.WaitForTimersAsync(1, Token);
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(RawEnding.Fin, await client.EndAsync(Token));
    }

    [Fact]
    public async Task Expect_continue_gets_its_interim_answer()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);
        var body = "{\"content\":\"a b\"}"u8.ToArray();
        await client.SendAsync(Encoding.ASCII.GetBytes($"POST /tokenize HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n"), Token);
        var interim = await client.ReceiveAsync(Token);
        await client.SendAsync(body, Token);
        var answer = await client.ReceiveAsync(Token);

        Assert.Equal((100, 200), (interim.Status, answer.Status));
        Assert.Equal(2, JsonElement.Parse(answer.Body).GetProperty("tokens").GetArrayLength());
    }

    [Fact]
    public async Task An_http_client_streams_from_it_and_reuses_the_connection()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        using var client = server.CreateClient();
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
            {
                Content = new StringContent("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true}", Encoding.UTF8, "application/json"),
            };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
            var body = await response.Content.ReadAsStringAsync(Token);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.EndsWith("data: [DONE]\n\n", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Embeddings_are_the_same_for_the_same_text_and_near_for_shared_words()
    {
        await using var server = await OpenAISimulator.StartAsync(static options => options.Embeddings = true, Token);
        var cat = await EmbedAsync("the cat sat on the mat");
        var again = await EmbedAsync("the cat sat on the mat");
        var dog = await EmbedAsync("the dog sat on the mat");
        var other = await EmbedAsync("quantum chromodynamics explained");

        Assert.Equal(cat, again);
        Assert.Equal(1, Dot(cat, cat), 5);
        Assert.True(Dot(cat, dog) > Dot(cat, other) + 0.3, $"{Dot(cat, dog)} {Dot(cat, other)}");

        async Task<double[]> EmbedAsync(string text) =>
        [
            .. JsonElement.Parse((await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/v1/embeddings", $"{{\"input\":\"{text}\"}}"), Token)).Body)
                .GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(static value => value.GetDouble()),
        ];

        static double Dot(double[] left, double[] right) => left.Zip(right, static (a, b) => a * b).Sum();
    }

    [Fact]
    public async Task Tokens_can_be_turned_back_into_the_text()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        const string Text = "Grüße an die Welt, 世界 🚀!";
        var tokens = JsonElement.Parse((await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/tokenize", $"{{\"content\":\"{Text}\"}}"), Token)).Body).GetProperty("tokens").GetRawText();

        var back = await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/detokenize", $"{{\"tokens\":{tokens}}}"), Token);

        Assert.Equal($"{{\"content\":\"{Text}\"}}", back.Body);
    }

    [Fact]
    public async Task The_prompt_cache_counts_what_the_last_prompt_had_in_common()
    {
        await using var server = await LlamaServerSimulator.StartAsync(cancellationToken: Token);
        await RawClient.ExchangeAsync(server.Endpoint, Chat("the same prompt"), Token);

        var usage = JsonElement.Parse((await RawClient.ExchangeAsync(server.Endpoint, Chat("the same prompt"), Token)).Body).GetProperty("usage");

        Assert.Equal(usage.GetProperty("prompt_tokens").GetInt32() - 1, usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused_at_the_start()
    {
        var options = new LlamaServerSimulatorOptions { TokensPerSecond = 50 };
        Assert.Equal(TimeSpan.FromMilliseconds(20), options.TokenDelay);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.TokensPerSecond = 0);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => LlamaServerSimulator.StartAsync(static options => options.Slots = 0, Token));
    }
}
