using System.Text.Json;
using System.Text.RegularExpressions;
using HybridLlm.Testing.Tests.Support;

namespace HybridLlm.Testing.Tests;

/// <summary>Holds the simulator to what a real Ollama sent.</summary>
public sealed class OllamaTranscriptTests : SimulatorTests
{
    [Theory]
    [InlineData("001-root-get")]
    [InlineData("002-root-head")]
    [InlineData("003-version")]
    [InlineData("004-version-head")]
    [InlineData("007-ps-empty")]
    [InlineData("010-not-found")]
    [InlineData("012-method-get-chat")]
    [InlineData("013-method-post-tags")]
    [InlineData("014-method-post-delete")]
    [InlineData("015-method-head-ps")]
    [InlineData("016-method-get-show")]
    [InlineData("036-connection-close")]
    [InlineData("039-bad-request-line")]
    public async Task What_it_says_about_itself(string name) => await AssertSameAsync(name, normalize: static body => Regex.Replace(body, "0\\.33\\.0(-rc2)?", "VERSION"));

    [Theory]
    [InlineData("200-chat-first")]
    [InlineData("201-chat")]
    [InlineData("203-chat-stream")]
    [InlineData("204-chat-stream-long")]
    [InlineData("205-chat-system")]
    [InlineData("206-chat-multi-turn")]
    [InlineData("208-chat-length")]
    [InlineData("209-chat-length-nostream")]
    [InlineData("210-chat-one-token")]
    [InlineData("211-chat-num-predict-0")]
    [InlineData("216-options-unknown")]
    [InlineData("219-options-float-for-int")]
    [InlineData("220-options-null")]
    [InlineData("272-content-null")]
    [InlineData("273-no-role")]
    [InlineData("274-unknown-role")]
    [InlineData("276-wrong-content-type")]
    [InlineData("277-trailing-garbage")]
    [InlineData("283-stream-null")]
    [InlineData("758-name-with-tag")]
    [InlineData("759-name-upper-case")]
    [InlineData("760-name-full")]
    [InlineData("751-request-chunked")]
    [InlineData("754-gzip-accepted-stream")]
    [InlineData("755-accept-sse")]
    public async Task Chats(string name) => await AssertSameAsync(name);

    [Theory]
    [InlineData("300-format-json")]
    [InlineData("302-format-schema")]
    [InlineData("303-format-schema-stream")]
    [InlineData("306-format-cut")]
    [InlineData("331-tools-native-stream")]
    [InlineData("330-tools-native")]
    [InlineData("332-tools-go")]
    [InlineData("333-tools-go-stream")]
    [InlineData("336-tools-empty")]
    [InlineData("350-think-default")]
    [InlineData("351-think-default-stream")]
    [InlineData("352-think-true")]
    [InlineData("353-think-false")]
    [InlineData("357-think-max")]
    [InlineData("361-think-false-unsupported")]
    [InlineData("364-think-go-stream")]
    [InlineData("370-think-cut")]
    [InlineData("380-logprobs")]
    [InlineData("381-logprobs-top")]
    [InlineData("382-logprobs-stream")]
    [InlineData("386-top-logprobs-only")]
    public async Task Formats_tools_thoughts_and_logprobs(string name) => await AssertSameAsync(name);

    [Theory]
    [InlineData("230-load-empty-messages")]
    [InlineData("231-load-no-messages")]
    [InlineData("232-load-keep-alive-10s")]
    [InlineData("234-keep-alive-forever")]
    [InlineData("236-keep-alive-300")]
    [InlineData("241-keep-alive-null")]
    [InlineData("242-keep-alive-minus-1m")]
    [InlineData("244-unload")]
    [InlineData("246-unload-not-loaded")]
    [InlineData("247-unload-string")]
    [InlineData("430-generate-load")]
    [InlineData("431-generate-load-stream-false")]
    [InlineData("432-generate-unload")]
    [InlineData("433-generate-unload-minus")]
    public async Task Loads_and_unloads(string name) => await AssertSameAsync(name);

    [Theory]
    [InlineData("213-chat-stop-not-array")]
    [InlineData("217-options-wrong-type")]
    [InlineData("218-options-wrong-type-stream")]
    [InlineData("221-options-list")]
    [InlineData("238-keep-alive-string-number")]
    [InlineData("239-keep-alive-bad")]
    [InlineData("240-keep-alive-bool")]
    [InlineData("243-keep-alive-object")]
    [InlineData("248-unload-unknown")]
    [InlineData("260-unknown-model")]
    [InlineData("261-unknown-model-stream")]
    [InlineData("262-no-model")]
    [InlineData("263-empty-model")]
    [InlineData("264-bad-model-name")]
    [InlineData("265-bad-json")]
    [InlineData("266-not-json")]
    [InlineData("267-empty-body")]
    [InlineData("268-json-array")]
    [InlineData("269-model-number")]
    [InlineData("270-messages-string")]
    [InlineData("271-content-parts")]
    [InlineData("278-bom")]
    [InlineData("282-stream-string")]
    [InlineData("285-embed-only-model")]
    [InlineData("307-format-invalid-string")]
    [InlineData("309-format-number")]
    [InlineData("321-format-list")]
    [InlineData("334-tools-unsupported")]
    [InlineData("335-tools-unsupported-stream")]
    [InlineData("338-tools-string")]
    [InlineData("358-think-bad-level")]
    [InlineData("359-think-number")]
    [InlineData("360-think-unsupported")]
    [InlineData("362-think-level-unsupported")]
    [InlineData("385-logprobs-21")]
    [InlineData("434-generate-unknown")]
    [InlineData("435-generate-empty-body")]
    [InlineData("436-generate-no-model")]
    [InlineData("437-generate-bad-json")]
    [InlineData("438-generate-bad-name")]
    [InlineData("439-generate-embedding-model")]
    [InlineData("440-generate-options-wrong")]
    [InlineData("441-generate-prompt-list")]
    [InlineData("761-name-unknown-tag")]
    public async Task Requests_that_it_refuses(string name) => await AssertSameAsync(name);

    [Theory]
    [InlineData("400-generate")]
    [InlineData("401-generate-stream")]
    [InlineData("402-generate-raw")]
    [InlineData("406-generate-system")]
    [InlineData("417-generate-think-false")]
    [InlineData("423-generate-logprobs")]
    [InlineData("424-generate-logprobs-stream")]
    [InlineData("425-generate-length")]
    public async Task Generates(string name) => await AssertSameAsync(name);

    [Theory]
    [InlineData("450-embed")]
    [InlineData("451-embed-batch")]
    [InlineData("452-embed-dimensions")]
    [InlineData("453-embed-dimensions-big")]
    [InlineData("457-embed-empty-string")]
    [InlineData("458-embed-empty-list")]
    [InlineData("459-embed-list-with-empty")]
    [InlineData("460-embed-no-input")]
    [InlineData("461-embed-number")]
    [InlineData("462-embed-token-list")]
    [InlineData("463-embed-chat-model")]
    [InlineData("465-embed-unknown")]
    [InlineData("466-embed-empty-body")]
    [InlineData("468-embed-wrong-option")]
    [InlineData("470-embeddings-legacy")]
    [InlineData("471-embeddings-legacy-empty")]
    [InlineData("472-embeddings-legacy-input")]
    [InlineData("473-embeddings-legacy-unknown")]
    [InlineData("474-embeddings-legacy-chat-model")]
    public async Task Embeddings(string name) => await AssertSameAsync(name, normalize: static body => Regex.Replace(body, "\\[(?:[NF](?:\\.\\.\\.)?,?)+\\]", "[V]"));

    [Theory]
    [InlineData("135-show-unknown")]
    [InlineData("136-show-empty")]
    [InlineData("138-show-bad-name")]
    [InlineData("139-show-empty-body")]
    [InlineData("142-copy-unknown")]
    [InlineData("143-copy-bad-destination")]
    [InlineData("144-copy-bad-source")]
    [InlineData("152-delete-unknown")]
    [InlineData("153-delete-empty")]
    [InlineData("154-delete-no-body")]
    [InlineData("155-delete-bad-name")]
    [InlineData("159-name-bad-tag")]
    [InlineData("907-pull-bad-name")]
    public async Task Models_that_are_not_there(string name) => await AssertSameAsync(name);

    [Theory]
    [InlineData("905-pull-unknown")]
    [InlineData("906-pull-unknown-nostream")]
    [InlineData("913-pull-nostream")]
    public async Task Pulls(string name) => await AssertSameAsync(name, static options => options.Registry.Add(new SimulatedModel("http://127.0.0.1:21500/team/fancy")));

    [Fact]
    public async Task A_pull_tells_its_progress_and_brings_the_model()
    {
        var clock = new ManualTimeProvider();
        await using var server = await StartAsync(options =>
        {
            options.TimeProvider = clock;
            options.DownloadTime = TimeSpan.FromMilliseconds(240);
            options.Registry.Add(new SimulatedModel("new") { SizeBytes = 400 });
        });
        using var client = await RawClient.ConnectAsync(server.Endpoint, Token);
        await client.SendAsync(RawClient.Post("/api/pull", "{\"model\":\"new\"}"), Token);
        for (var step = 0; step < 4; step++)
        {
            await clock.WaitForTimersAsync(1, Token);
            clock.AdvanceToNextTimer();
        }

        var lines = (await client.ReceiveAsync(Token)).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line)).ToArray();

        Assert.Equal("-,100,200,300,400", string.Join(',', lines[1..6].Select(static line => line.TryGetProperty("completed", out var bytes) ? bytes.GetRawText() : "-")));
        Assert.Equal("pulling manifest,verifying sha256 digest,writing manifest,success", string.Join(',', lines[6..].Prepend(lines[0]).Select(static line => line.GetProperty("status"))));
        Assert.Equal(200, (await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/api/show", "{\"model\":\"new\"}"), Token)).Status);
    }

    [Theory]
    [InlineData("172-show-thinking-native", "think")]
    [InlineData("174-show-thinking-go", "go-think")]
    [InlineData("176-show-embedding", "embed")]
    public async Task Show_has_the_recorded_members(string name, string model)
    {
        var transcript = await Transcript.LoadAsync("ollama", name, Token);
        await using var server = await StartAsync();

        var shown = await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/api/show", $"{{\"model\":\"{model}\"}}"), Token);

        var (expected, actual) = (JsonElement.Parse(transcript.Response.Body), JsonElement.Parse(shown.Body));
        Assert.Equal(Names(expected), Names(actual));
        Assert.Equal(Names(expected.GetProperty("details")), Names(actual.GetProperty("details")));
        Assert.Subset(Names(expected.GetProperty("model_info")).ToHashSet(), Names(actual.GetProperty("model_info")).ToHashSet());
        Assert.Equal(transcript.Response.Chunked, shown.Body.Length > 2048 && shown.Chunked || !shown.Chunked);

        static string[] Names(JsonElement value) => [.. value.EnumerateObject().Select(static member => member.Name)];
    }

    [Fact]
    public async Task Tags_have_the_recorded_members_and_lie_about_jinja_templates()
    {
        var transcript = await Transcript.LoadAsync("ollama", "170-tags-all-kinds", Token);
        await using var server = await StartAsync();

        var tags = await RawClient.ExchangeAsync(server.Endpoint, transcript.Request, Token);

        Assert.True(tags.Chunked);
        var expected = Models(transcript.Response);
        Assert.All(Models(tags), model => Assert.Equal(Shape(expected[model.Key]), Shape(model.Value)));
        Assert.Equal("[\"completion\"]", Models(tags)["think:latest"].GetProperty("capabilities").GetRawText());

        static Dictionary<string, JsonElement> Models(RawResponse response) =>
            JsonElement.Parse(response.Body).GetProperty("models").EnumerateArray().ToDictionary(static model => model.GetProperty("name").GetString()!);
        static string Shape(JsonElement model) => string.Join(',', model.EnumerateObject().Concat(model.GetProperty("details").EnumerateObject()).Select(static member => member.Name)) + model.GetProperty("capabilities").GetRawText();
    }

    [Fact]
    public async Task A_full_line_is_refused_while_a_loaded_model_is_served()
    {
        var busy = await Transcript.LoadAsync("ollama", "704-busy-chat", Token);
        await using var server = await StartAsync(static options =>
        {
            options.MaxLoadedModels = 1;
            options.MaxQueuedLoads = 1;
        });
        server.Faults.Next(Fault.StallAfter(1));
        using var running = await SendAsync(server, "fast");
        await server.WaitForRequestAsync(static request => request.TokensSent == 1, Token);
        using var scheduled = await SendAsync(server, "smart");
        await server.WaitForAsync(() => server.QueuedRequests == 1, Token);
        using var queued = await SendAsync(server, "babble");
        await server.WaitForAsync(() => server.QueuedRequests == 2, Token);

        var refused = await RawClient.ExchangeAsync(server.Endpoint, busy.Request, Token);

        Assert.Equal(Transcript.Normalize(busy.Response), Transcript.Normalize(refused));
        Assert.Equal(["fast:latest"], server.LoadedModels);
        using var more = await SendAsync(server, "fast");
        await server.WaitForAsync(() => server.QueuedRequests == 3, Token);
        running.HalfClose();
        Assert.Equal(200, (await more.ReceiveAsync(Token)).Status);
        Assert.Equal(200, (await scheduled.ReceiveAsync(Token)).Status);
        Assert.Equal(200, (await queued.ReceiveAsync(Token)).Status);
        Assert.Equal(["babble:latest"], server.LoadedModels);
    }

    [Fact]
    public async Task A_runner_that_dies_ends_a_stream_with_an_error_line_and_no_done()
    {
        var transcript = await Transcript.LoadAsync("ollama", "810-runner-kill-stream", Token);
        await using var server = await StartAsync();
        var lines = transcript.Response.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1];
        string[] pieces = [.. lines.Select(static line => JsonElement.Parse(line).GetProperty("message").GetProperty("content").GetString()!)];
        server.Replies.Default = _ => new SimulatedReply { Pieces = [.. pieces, "more"] };
        server.Faults.Next(Fault.ErrorInside200(afterTokens: pieces.Length));

        var response = await RawClient.ExchangeAsync(server.Endpoint, transcript.Request, Token);

        Assert.Equal(Transcript.Normalize(transcript.Response), Transcript.Normalize(response));
    }

    private static async Task<RawClient> SendAsync(OllamaSimulator server, string model)
    {
        var client = await RawClient.ConnectAsync(server.Endpoint, Token);
        await client.SendAsync(RawClient.Post("/api/chat", $"{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"one two three\"}}]}}"), Token);
        return client;
    }

    private static Task<OllamaSimulator> StartAsync(Action<OllamaSimulatorOptions>? configure = null) =>
        OllamaSimulator.StartAsync(
            options =>
            {
                foreach (var go in (ReadOnlySpan<string>)["fast", "smart", "slow"])
                {
                    options.Models.Add(new SimulatedModel(go) { SupportsTools = false, UsesGoTemplate = true });
                }

                options.Models.Add(new SimulatedModel("babble"));
                options.Models.Add(new SimulatedModel("think") { SupportsThinking = true });
                options.Models.Add(new SimulatedModel("go-tools") { UsesGoTemplate = true });
                options.Models.Add(new SimulatedModel("go-think") { UsesGoTemplate = true, SupportsThinking = true, SupportsTools = false });
                options.Models.Add(new SimulatedModel("embed") { IsEmbedding = true });
                options.Models.Add(new SimulatedModel("x5") { SupportsTools = false, UsesGoTemplate = true });
                configure?.Invoke(options);
            },
            Token);

    private static async Task AssertSameAsync(string name, Action<OllamaSimulatorOptions>? configure = null, Func<string, string>? normalize = null)
    {
        var transcript = await Transcript.LoadAsync("ollama", name, Token);
        await using var server = await StartAsync(configure);
        server.Replies.Default = _ => transcript.OllamaReply();

        var response = await RawClient.ExchangeAsync(server.Endpoint, transcript.Request, Token);

        normalize ??= static body => body;
        Assert.Equal(normalize(Transcript.Normalize(transcript.Response)), normalize(Transcript.Normalize(response)));
        Assert.All(server.Requests, static request => Assert.Null(request.Error));
    }
}
