using System.Text.RegularExpressions;
using HybridLlm.Testing.Tests.Support;

namespace HybridLlm.Testing.Tests;

/// <summary>Holds the simulator to what a real vLLM sent.</summary>
public sealed class OpenAITranscriptTests : SimulatorTests
{
    [Theory]
    [InlineData("101-health")]
    [InlineData("102-health-head")]
    [InlineData("103-health-post")]
    [InlineData("104-ping")]
    [InlineData("105-ping-post")]
    [InlineData("106-version")]
    [InlineData("107-v1-models")]
    [InlineData("108-v1-models-one")]
    [InlineData("109-v1-models-slash")]
    [InlineData("110-models")]
    [InlineData("111-load")]
    [InlineData("112-is-sleeping")]
    [InlineData("117-root")]
    [InlineData("118-not-found")]
    [InlineData("120-wrong-method-get-chat")]
    [InlineData("121-wrong-method-delete")]
    [InlineData("122-wrong-method-put")]
    [InlineData("125-options-plain")]
    [InlineData("126-gzip-accepted")]
    [InlineData("127-connection-close")]
    [InlineData("129-bad-request-line")]
    public async Task What_it_says_about_itself(string name) => await AssertSameAsync(name, normalize: static body => body.Replace("/models/smol\"", "/models/smollm2\"", StringComparison.Ordinal));

    [Theory]
    [InlineData("133-chunked-request")]
    [InlineData("200-chat")]
    [InlineData("201-chat-no-model")]
    [InlineData("202-chat-minimal")]
    [InlineData("203-chat-stream")]
    [InlineData("204-chat-stream-usage")]
    [InlineData("205-chat-stream-continuous-usage")]
    [InlineData("206-chat-stream-continuous-alone")]
    [InlineData("207-chat-max-completion-tokens")]
    [InlineData("208-chat-both-max")]
    [InlineData("209-chat-length")]
    [InlineData("219-chat-logprobs")]
    [InlineData("220-chat-logprobs-stream")]
    [InlineData("221-chat-logprobs-only")]
    [InlineData("229-chat-unknown-fields")]
    [InlineData("302-model-empty")]
    [InlineData("313-content-type-charset")]
    [InlineData("314-content-type-upper")]
    [InlineData("502-json-schema")]
    [InlineData("601-tool-auto-call")]
    [InlineData("602-tool-auto-call-stream")]
    [InlineData("603-tool-auto-two")]
    [InlineData("604-tool-auto-two-stream")]
    [InlineData("609-tool-auto-bad-json-stream")]
    [InlineData("630-tool-no-parameters")]
    [InlineData("642-tool-named-strict")]
    [InlineData("643-tool-named-strict-stream")]
    [InlineData("970-reasoning")]
    [InlineData("971-reasoning-stream")]
    public async Task Chats(string name) => await AssertSameAsync(name);

    [Theory]
    [InlineData("210-chat-stop", "There was a time when a cat")]
    public async Task Chats_that_a_stop_text_ends(string name, string unstopped) => await AssertSameAsync(name, reply: unstopped);

    [Theory]
    [InlineData("300-unknown-model")]
    [InlineData("301-unknown-model-stream")]
    [InlineData("307-bad-json-text")]
    [InlineData("308-empty-body")]
    [InlineData("309-json-array")]
    [InlineData("310-json-null")]
    [InlineData("311-content-type-text")]
    [InlineData("312-content-type-none")]
    [InlineData("317-bad-utf8")]
    [InlineData("320-no-messages")]
    [InlineData("321-messages-empty")]
    [InlineData("322-messages-string")]
    [InlineData("339-max-tokens-negative")]
    [InlineData("340-max-tokens-string")]
    [InlineData("341-max-tokens-float")]
    [InlineData("342-max-tokens-large")]
    [InlineData("347-top-logprobs-50")]
    [InlineData("348-top-logprobs-alone")]
    [InlineData("349-top-logprobs-negative")]
    [InlineData("355-stream-options-alone")]
    [InlineData("380-context-overflow")]
    [InlineData("381-context-overflow-stream")]
    [InlineData("619-tool-named-unknown")]
    [InlineData("622-tool-choice-bad")]
    [InlineData("623-tool-choice-no-tools")]
    [InlineData("626-tools-empty")]
    public async Task Requests_that_it_refuses(string name) => await AssertSameAsync(name);

    [Fact]
    public async Task A_body_that_is_no_json() =>
        await AssertSameAsync("306-bad-json", normalize: static body => Regex.Replace(body, "body\\.\\d+|'error': '[^']*'", "*"));

    [Theory]
    [InlineData("900-key-missing-chat")]
    [InlineData("901-key-wrong-chat")]
    [InlineData("902-key-models-missing")]
    [InlineData("906-key-bare")]
    [InlineData("907-key-x-api-key")]
    [InlineData("908-key-health")]
    [InlineData("910-key-version")]
    public async Task Keys(string name) => await AssertSameAsync(
        name,
        static options =>
        {
            options.ApiKeys.Add("key-one");
            options.ApiKeys.Add("key-two");
            options.Aliases.Add("alias-two");
        },

        // That server ran with --enable-request-id-headers.
        normalize: static head => Regex.Replace(head, "\r\nx-request-id \\*", string.Empty));

    [Theory]
    [InlineData("903-key-ok")]
    [InlineData("904-key-second")]
    [InlineData("905-key-lower")]
    public async Task Keys_that_open(string name)
    {
        // That server ran with flags that add to its answers; what counts here is that it answers.
        var transcript = await Transcript.LoadAsync("vllm", name, Token);
        await using var server = await StartAsync(static options =>
        {
            options.ApiKeys.Add("key-one");
            options.ApiKeys.Add("key-two");
        });

        var response = await RawClient.ExchangeAsync(server.Endpoint, transcript.Request, Token);

        Assert.Equal(transcript.Response.Status, response.Status);
    }

    [Theory]
    [InlineData("150-tokenize")]
    [InlineData("151-tokenize-strs")]
    [InlineData("152-tokenize-no-model")]
    [InlineData("155-tokenize-unknown-model")]
    [InlineData("156-tokenize-empty")]
    [InlineData("159-tokenize-v1")]
    public async Task Tokens(string name) => await AssertSameAsync(name, normalize: static body => Regex.Replace(body, "\"token_strs\":\\[.*?\"\\]", "\"token_strs\":[]"));

    [Theory]
    [InlineData("991-embed")]
    [InlineData("992-embed-list")]
    [InlineData("995-embed-dimensions")]
    [InlineData("997-embed-empty")]
    [InlineData("998-embed-empty-list")]
    public async Task Embeddings(string name) => await AssertSameAsync(name, static options => options.Embeddings = true);

    [Fact]
    public async Task Embeddings_in_base64_have_the_recorded_form() => await AssertSameAsync(
        "993-embed-base64",
        static options => options.Embeddings = true,
        normalize: static body => Regex.Replace(body, "\"[A-Za-z0-9+/]{64,}=*\"", "\"BASE64\""));

    [Fact]
    public async Task Embeddings_of_a_server_without_them() => await AssertSameAsync("420-embeddings");

    [Fact]
    public async Task A_full_queue_is_refused_and_the_health_stays_good()
    {
        var full = await Transcript.LoadAsync("vllm", "940-queue-full", Token);
        var health = await Transcript.LoadAsync("vllm", "942-queue-full-health", Token);
        await using var server = await StartAsync(static options =>
        {
            options.Slots = 1;
            options.MaxQueuedRequests = 2;
        });
        server.Faults.Next(Fault.StallAfter(1), times: 2);
        using var running = await RawClient.ConnectAsync(server.Endpoint, Token);
        using var waiting = await RawClient.ConnectAsync(server.Endpoint, Token);
        await running.SendAsync(full.Request, Token);
        await server.WaitForAsync(() => server.BusySlots == 1, Token);
        await waiting.SendAsync(full.Request, Token);
        await server.WaitForAsync(() => server.QueuedRequests == 1, Token);

        Assert.Equal(Transcript.Normalize(full.Response), Transcript.Normalize(await RawClient.ExchangeAsync(server.Endpoint, full.Request, Token)));
        Assert.Equal(Transcript.Normalize(health.Response), Transcript.Normalize(await RawClient.ExchangeAsync(server.Endpoint, health.Request, Token)));
        var metrics = await RawClient.ExchangeAsync(server.Endpoint, RawClient.Get("/metrics"), Token);
        Assert.Contains("vllm:num_requests_waiting{engine=\"0\",model_name=\"smollm2\"} 1.0\n", metrics.Body, StringComparison.Ordinal);
        Assert.Contains("vllm:admission_rejections_total{model_name=\"smollm2\",reason=\"max_num_queued_reqs\"} 1.0\n", metrics.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_metric_it_shows_is_one_of_the_real_server()
    {
        var real = await Transcript.LoadAsync("vllm", "139-metrics-used", Token);
        await using var server = await StartAsync();

        var shown = await RawClient.ExchangeAsync(server.Endpoint, real.Request, Token);

        var known = real.Response.Body.Split('\n').Select(static line => line.StartsWith('#') ? line : line.Split(' ')[0]).ToHashSet();
        Assert.All(shown.Body.Split('\n'), line => Assert.Contains(line.StartsWith('#') ? line : line.Split(' ')[0], known));
        Assert.Equal(real.Response.Header("content-type"), shown.Header("content-type"));
    }

    [Fact]
    public async Task An_engine_that_dies_ends_a_stream_with_an_error_and_done()
    {
        var first = await Transcript.LoadAsync("vllm", "813-engine-killed-waiting-stream", Token);
        var later = await Transcript.LoadAsync("vllm", "810-engine-killed-stream-a", Token);
        await using var server = await StartAsync();
        var reply = later.Reply();
        server.Replies.Default = _ => reply;
        server.Faults.Next(Fault.ErrorInside200());
        server.Faults.Next(Fault.ErrorInside200(afterTokens: reply.Pieces!.Count));

        Assert.Equal(Transcript.Normalize(first.Response), Transcript.Normalize(await RawClient.ExchangeAsync(server.Endpoint, first.Request, Token)), ignoreLineEndingDifferences: false);
        Assert.Equal(later.Response.Body.Length, (await RawClient.ExchangeAsync(server.Endpoint, later.Request, Token)).Body.Length);
    }

    private static Task<OpenAISimulator> StartAsync(Action<OpenAISimulatorOptions>? configure = null) =>
        OpenAISimulator.StartAsync(
            options =>
            {
                options.Model = "smollm2";
                options.ContextLength = 2048;
                configure?.Invoke(options);
            },
            Token);

    private static async Task AssertSameAsync(
        string name,
        Action<OpenAISimulatorOptions>? configure = null,
        SimulatedReply? reply = null,
        Func<string, string>? normalize = null)
    {
        var transcript = await Transcript.LoadAsync("vllm", name, Token);
        await using var server = await StartAsync(configure);
        server.Replies.Default = _ => reply ?? transcript.Reply();

        var response = await RawClient.ExchangeAsync(server.Endpoint, transcript.Request, Token);

        normalize ??= static body => body;
        Assert.Equal(normalize(Normalize(transcript.Response)), normalize(Normalize(response)));
        Assert.All(server.Requests, static request => Assert.Null(request.Error));

        // The fingerprint tells the server's flags.
        static string Normalize(RawResponse response) => Regex.Replace(Transcript.Normalize(response), "vllm-0.32.0-[0-9a-f]{8}", "vllm-*");
    }
}
