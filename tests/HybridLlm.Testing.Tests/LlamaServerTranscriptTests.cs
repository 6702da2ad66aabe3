using HybridLlm.Testing.Tests.Support;

namespace HybridLlm.Testing.Tests;

/// <summary>Holds the simulator to what a real llama-server sent.</summary>
public sealed class LlamaServerTranscriptTests : SimulatorTests
{

    [Theory]
    [InlineData("001-health-loading")]
    [InlineData("002-v1-models-loading")]
    [InlineData("003-props-loading")]
    [InlineData("004-chat-loading")]
    [InlineData("005-slots-loading")]
    [InlineData("006-metrics-loading")]
    [InlineData("007-notfound-loading")]
    public async Task While_it_loads(string name) =>
        await AssertSameAsync(name, static options => options.LoadTime = TimeSpan.FromHours(1));

    [Theory]
    [InlineData("010-health-ok")]
    [InlineData("011-v1-health-ok")]
    [InlineData("012-health-head")]
    [InlineData("100-v1-models")]
    [InlineData("101-models")]
    [InlineData("102-v1-models-one")]
    [InlineData("103-props")]
    [InlineData("104-props-post-disabled")]
    [InlineData("105-slots-fresh")]
    [InlineData("106-metrics-fresh")]
    [InlineData("110-not-found")]
    [InlineData("111-wrong-method-get-chat")]
    [InlineData("112-wrong-method-delete")]
    [InlineData("113-wrong-method-put")]
    [InlineData("114-wrong-method-post-health")]
    [InlineData("115-cors-preflight")]
    [InlineData("116-cors-get")]
    [InlineData("117-gzip-accepted")]
    [InlineData("118-connection-close")]
    [InlineData("122-bad-request-line")]
    [InlineData("123-path-long")]
    [InlineData("127-root")]
    public async Task What_it_says_about_itself(string name) => await AssertSameAsync(name, static options => options.Metrics = true);

    [Theory]
    [InlineData("132-slots-disabled")]
    [InlineData("133-metrics-disabled")]
    [InlineData("459-embeddings-disabled")]
    public async Task What_is_switched_off(string name) => await AssertSameAsync(name, static options => options.SlotsEndpoint = false);

    [Theory]
    [InlineData("121-chunked-request")]
    [InlineData("200-chat")]
    [InlineData("202-chat-stream")]
    [InlineData("203-chat-stream-no-usage")]
    [InlineData("204-chat-stream-timings-per-token")]
    [InlineData("206-chat-sampled")]
    [InlineData("209-chat-unknown-fields")]
    [InlineData("210-length-max-tokens")]
    [InlineData("211-length-max-completion-tokens")]
    [InlineData("212-length-stream")]
    [InlineData("213-max-tokens-0")]
    [InlineData("214-max-tokens-0-stream")]
    [InlineData("215-max-tokens-minus1")]
    [InlineData("220-unicode-grammar")]
    [InlineData("221-unicode-grammar-stream")]
    [InlineData("222-unicode-prompt")]
    [InlineData("223-escapes-grammar")]
    [InlineData("230-json-schema")]
    [InlineData("231-json-schema-stream")]
    [InlineData("232-json-object")]
    [InlineData("237-response-format-text")]
    [InlineData("250-logprobs")]
    [InlineData("251-logprobs-stream")]
    [InlineData("253-logprobs-zero-top")]
    [InlineData("260-tools-auto")]
    [InlineData("261-tools-required")]
    [InlineData("263-tools-named")]
    [InlineData("266-tools-stream")]
    [InlineData("267-tools-parallel-stream")]
    [InlineData("267b-tools-parallel")]
    [InlineData("269-tools-result")]
    [InlineData("308-bom")]
    [InlineData("311-messages-empty")]
    [InlineData("314-message-null-content")]
    [InlineData("316-message-unknown-role")]
    [InlineData("317-no-model")]
    [InlineData("318-model-null")]
    [InlineData("323-stop-number")]
    [InlineData("325-null-fields")]
    [InlineData("330-no-content-type")]
    [InlineData("335-stream-options-without-stream")]
    public async Task Chats(string name) => await AssertSameAsync(name);

    [Theory]
    [InlineData("500-think")]
    [InlineData("501-think-stream")]
    [InlineData("504-think-cut")]
    [InlineData("505-think-json-schema")]
    public async Task Chats_of_a_model_that_thinks(string name) => await AssertSameAsync(name, static options => options.Model = "think.gguf");

    [Theory]
    [InlineData("216-stop-array", "I think the garden.")]
    [InlineData("217-stop-string", "I think the garden.")]
    [InlineData("218-stop-stream", "I think the garden.")]
    public async Task Chats_that_a_stop_text_ends(string name, string unstopped) => await AssertSameAsync(name, reply: unstopped);

    [Theory]
    [InlineData("273-tools-truncated")]
    [InlineData("274-tools-truncated-stream")]
    public async Task Calls_that_the_token_limit_cuts_off(string name) => await AssertSameAsync(
        name,
        reply: new SimulatedReply { ToolCalls = [new SimulatedToolCall("get_weather", "{\"city\":\"Rome\"}") { Pieces = [.. Enumerable.Repeat("x", 40)] }] },
        normalize: static body => body.Replace("{\\\"name\\\":\\\"get_weather\\\",\\\"arguments\\\":xxxxxxxxxxxx", "{\\\"name\\\":\\\"ge", StringComparison.Ordinal));

    [Theory]
    [InlineData("238-response-format-unknown")]
    [InlineData("252-logprobs-false-top")]
    [InlineData("265-tools-bad-choice")]
    [InlineData("281-prefill-two")]
    [InlineData("284-image")]
    [InlineData("304-empty-body")]
    [InlineData("305-json-array")]
    [InlineData("306-json-string")]
    [InlineData("309-no-messages")]
    [InlineData("310-messages-string")]
    [InlineData("312-message-no-role")]
    [InlineData("313-message-no-content")]
    [InlineData("315-message-number-content")]
    [InlineData("319-temperature-string")]
    [InlineData("321-max-tokens-string")]
    [InlineData("324-stream-string")]
    [InlineData("327-n-too-big")]
    [InlineData("328-n-zero")]
    public async Task Requests_that_it_refuses(string name) => await AssertSameAsync(name);

    [Theory]
    [InlineData("303-bad-json")]
    [InlineData("307-invalid-utf8")]
    [InlineData("337-trailing-data")]
    [InlineData("338-nan")]
    public async Task Bodies_that_are_no_json(string name)
    {
        // The words after the position are those of a C++ parser; the form and the beginning are what a client can see.
        await AssertSameAsync(name, normalize: static body => body.Split("line N", 2)[0].Split(" parse error at line", 2)[0]);
    }

    [Theory]
    [InlineData("300-too-long")]
    [InlineData("301-too-long-stream")]
    public async Task Prompts_that_are_too_long(string name) => await AssertSameAsync(
        name,
        static options => options.ContextLength = 512,
        normalize: static body => System.Text.RegularExpressions.Regex.Replace(body, "\\(\\d+ tokens\\)", "(N tokens)"));

    [Theory]
    [InlineData("350-key-missing")]
    [InlineData("351-key-wrong")]
    [InlineData("352-key-right")]
    [InlineData("353-key-second")]
    [InlineData("354-key-x-api-key")]
    [InlineData("355-key-lower-bearer")]
    [InlineData("356-key-health")]
    [InlineData("357-key-models")]
    [InlineData("358-key-props")]
    [InlineData("359-key-slots")]
    [InlineData("360-key-metrics")]
    [InlineData("361-key-notfound")]
    [InlineData("362-key-bad-json")]
    [InlineData("363-key-tokenize")]
    [InlineData("364-key-v1-health")]
    [InlineData("365-key-options")]
    [InlineData("366-key-root")]
    public async Task Keys(string name) => await AssertSameAsync(
        name,
        static options =>
        {
            options.ApiKeys.Add("secret-1");
            options.ApiKeys.Add("secret-2");
        });

    [Theory]
    [InlineData("400-tokenize")]
    [InlineData("404-tokenize-empty")]
    [InlineData("405-tokenize-missing")]
    [InlineData("409-detokenize-missing")]
    [InlineData("410-apply-template")]
    [InlineData("412-apply-template-bad")]
    [InlineData("413-input-tokens")]
    public async Task Tokens_and_templates(string name) => await AssertSameAsync(name);

    [Theory]
    [InlineData("470-embeddings")]
    [InlineData("471-embeddings-many")]
    [InlineData("473-embeddings-tokens")]
    [InlineData("474-embeddings-empty")]
    [InlineData("475-embeddings-empty-list")]
    [InlineData("476-embeddings-missing")]
    [InlineData("479-embeddings-bad-format")]
    public async Task Embeddings(string name) => await AssertSameAsync(name, static options =>
    {
        options.Embeddings = true;
        options.Model = "tiny-embed";
    });

    [Fact]
    public async Task Embeddings_in_base64_have_the_recorded_form_and_size()
    {
        await AssertSameAsync(
            "472-embeddings-base64",
            static options =>
            {
                options.Embeddings = true;
                options.Model = "tiny-embed";
            },
            normalize: static body => System.Text.RegularExpressions.Regex.Replace(body, "\"[A-Za-z0-9+/]+=*\"", static match => $"\"{match.Length}\""));
    }

    [Fact]
    public async Task Used_slots_and_metrics()
    {
        var slots = await Transcript.LoadAsync("llamacpp", "107-slots-used", Token);
        var metrics = await Transcript.LoadAsync("llamacpp", "108-metrics-used", Token);
        await using var server = await StartAsync(static options => options.Metrics = true);
        await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"temperature\":0,\"seed\":1}"), Token);

        Assert.Equal(Transcript.Normalize(slots.Response), Transcript.Normalize(await RawClient.ExchangeAsync(server.Endpoint, slots.Request, Token)));
        Assert.Equal(Names(metrics.Response.Body), Names((await RawClient.ExchangeAsync(server.Endpoint, metrics.Request, Token)).Body));

        static string[] Names(string text) => [.. text.Split('\n').Select(static line => line.StartsWith('#') ? line : line.Split(' ')[0])];
    }

    [Fact]
    public async Task Busy_slots_and_no_slot()
    {
        var busy = await Transcript.LoadAsync("llamacpp", "603-slots-busy", Token);
        var none = await Transcript.LoadAsync("llamacpp", "604-slots-fail-on-no-slot-busy", Token);
        await using var server = await StartAsync(static options => options.Slots = 1);
        server.Faults.Always(Fault.StallAfter(4));
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);
        await client.SendAsync(RawClient.Post("/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"one two three four\"}],\"stream\":true,\"seed\":1,\"max_tokens\":600,\"ignore_eos\":true}"), Token);
        await server.WaitForRequestAsync(static request => request.TokensSent == 4, Token);

        Assert.Equal(Transcript.Normalize(busy.Response), Transcript.Normalize(await RawClient.ExchangeAsync(server.Endpoint, busy.Request, Token)));
        Assert.Equal(Transcript.Normalize(none.Response), Transcript.Normalize(await RawClient.ExchangeAsync(server.Endpoint, none.Request, Token)));
    }

    [Fact]
    public async Task An_error_inside_a_stream()
    {
        var first = await Transcript.LoadAsync("llamacpp", "900-context-shared-stream-first-event", Token);
        var later = await Transcript.LoadAsync("llamacpp", "900-context-shared-stream", Token);
        await using var server = await StartAsync();
        server.Replies.Default = _ => later.Reply() with { FinishReason = "stop" };
        server.Faults.Next(Fault.ErrorInside200());
        server.Faults.Next(Fault.ErrorInside200(afterTokens: 2));

        Assert.Equal(Transcript.Normalize(first.Response), Transcript.Normalize(await RawClient.ExchangeAsync(server.Endpoint, first.Request, Token)));
        Assert.Equal(Transcript.Normalize(later.Response), Transcript.Normalize(await RawClient.ExchangeAsync(server.Endpoint, later.Request, Token)));
    }

    private static Task<LlamaServerSimulator> StartAsync(Action<LlamaServerSimulatorOptions>? configure = null) =>
        LlamaServerSimulator.StartAsync(
            options =>
            {
                options.Model = "tiny.gguf";
                configure?.Invoke(options);
            },
            Token);

    private static async Task AssertSameAsync(
        string name,
        Action<LlamaServerSimulatorOptions>? configure = null,
        SimulatedReply? reply = null,
        Func<string, string>? normalize = null)
    {
        var transcript = await Transcript.LoadAsync("llamacpp", name, Token);
        await using var server = await StartAsync(configure);
        server.Replies.Default = _ => reply ?? transcript.Reply();

        var response = await RawClient.ExchangeAsync(server.Endpoint, transcript.Request, Token);

        normalize ??= static body => body;
        Assert.Equal(normalize(Transcript.Normalize(transcript.Response)), normalize(Transcript.Normalize(response)));
        Assert.All(server.Requests, static request => Assert.Null(request.Error));
    }
}
