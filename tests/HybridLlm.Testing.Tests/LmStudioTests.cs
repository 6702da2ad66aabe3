using System.Text.Json;
using HybridLlm.Testing.Tests.Support;

namespace HybridLlm.Testing.Tests;

/// <summary>Holds the simulator to what is documented, and was seen, of LM Studio, which cannot be recorded here.</summary>
public sealed class LmStudioTests : SimulatorTests
{
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(3);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task A_path_it_does_not_know_is_answered_with_200_and_an_error()
    {
        await using var server = await LmStudioSimulator.StartAsync(cancellationToken: Token);

        var health = await GetAsync(server, "/health");
        var unload = await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/v1/models/unload", "{}"), Token);

        Assert.Equal("{\"error\":\"Unexpected endpoint or method. (GET /health)\"}", health.GetRawText());
        Assert.Equal((200, "{\"error\":\"Unexpected endpoint or method. (POST /v1/models/unload)\"}"), (unload.Status, unload.Body));
        Assert.Equal("Express", unload.Header("X-Powered-By"));
    }

    [Theory]
    [InlineData(LmStudioRest.None, false, false)]
    [InlineData(LmStudioRest.V0, true, false)]
    [InlineData(LmStudioRest.V1, true, true)]
    public async Task Older_versions_lack_the_native_lists(LmStudioRest rest, bool first, bool second)
    {
        await using var server = await LmStudioSimulator.StartAsync(options => options.Rest = rest, Token);

        Assert.Equal(first, (await GetAsync(server, "/api/v0/models")).TryGetProperty("data", out _));
        Assert.Equal(second, (await GetAsync(server, "/api/v1/models")).TryGetProperty("models", out _));
        Assert.True((await GetAsync(server, "/v1/models")).TryGetProperty("data", out _));
    }

    [Fact]
    public async Task The_lists_tell_what_a_model_is_and_whether_it_is_loaded()
    {
        await using var server = await StartAsync();

        var first = (await GetAsync(server, "/api/v0/models")).GetProperty("data").EnumerateArray().ToDictionary(static model => model.GetProperty("id").GetString()!);
        var second = (await GetAsync(server, "/api/v1/models")).GetProperty("models").EnumerateArray().ToDictionary(static model => model.GetProperty("key").GetString()!);

        Assert.Equal(
            "{\"id\":\"qwen/ready\",\"object\":\"model\",\"type\":\"vlm\",\"publisher\":\"qwen\",\"arch\":\"qwen3\",\"compatibility_type\":\"gguf\",\"quantization\":\"Q8_0\",\"state\":\"loaded\",\"max_context_length\":32768,\"loaded_context_length\":4096,\"capabilities\":[\"tool_use\"]}",
            first["qwen/ready"].GetRawText());
        Assert.Equal("not-loaded", first["other"].GetProperty("state").GetString());
        Assert.False(first["other"].TryGetProperty("loaded_context_length", out _));
        Assert.Equal("embeddings", first["embed"].GetProperty("type").GetString());
        Assert.Equal("qwen/ready", second["qwen/ready"].GetProperty("loaded_instances")[0].GetProperty("id").GetString());
        Assert.Equal(4096, second["qwen/ready"].GetProperty("loaded_instances")[0].GetProperty("config").GetProperty("context_length").GetInt32());
        Assert.Equal(8, second["qwen/ready"].GetProperty("quantization").GetProperty("bits_per_weight").GetInt32());
        Assert.Equal(0, second["other"].GetProperty("loaded_instances").GetArrayLength());
        Assert.False(second["embed"].TryGetProperty("architecture", out _));
        Assert.Equal("qwen/ready", (await GetAsync(server, "/api/v0/models/qwen/ready")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_answer_has_the_form_of_lm_studio()
    {
        await using var server = await StartAsync();
        server.Replies.Default = static _ => new SimulatedReply { Text = "hi there", Reasoning = "hm" };

        var plain = await AskAsync(server, "qwen/ready");
        var streamed = await RawClient.ExchangeAsync(server.Endpoint, Chat("qwen/ready", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"), Token);

        Assert.Equal(["id", "object", "created", "model", "choices", "usage", "stats", "system_fingerprint"], plain.EnumerateObject().Select(static member => member.Name));
        Assert.Equal("{}", plain.GetProperty("stats").GetRawText());
        Assert.Equal("{\"role\":\"assistant\",\"content\":\"hi there\",\"reasoning_content\":\"hm\"}", plain.GetProperty("choices")[0].GetProperty("message").GetRawText());
        var events = streamed.Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        var deltas = events[..^2].Select(static text => JsonElement.Parse(text["data: ".Length..]).GetProperty("choices")[0].GetProperty("delta").GetRawText());
        Assert.Equal(["{\"role\":\"assistant\",\"reasoning_content\":\"hm\"}", "{\"role\":\"assistant\",\"content\":\"hi\"}", "{\"role\":\"assistant\",\"content\":\" there\"}", "{}"], deltas);
        Assert.Equal("[]", JsonElement.Parse(events[^2]["data: ".Length..]).GetProperty("choices").GetRawText());
        Assert.Equal(("text/event-stream", "no-cache"), (streamed.Header("Content-Type"), streamed.Header("Cache-Control")));
    }

    [Theory]
    [InlineData(LmStudioReasoning.Reasoning, "{\"role\":\"assistant\",\"content\":\"hi\",\"reasoning\":\"hm\"}")]
    [InlineData(LmStudioReasoning.InText, "{\"role\":\"assistant\",\"content\":\"<think>hm</think>hi\"}")]
    public async Task Thoughts_are_where_the_settings_say(LmStudioReasoning reasoning, string message)
    {
        await using var server = await StartAsync(options => options.Reasoning = reasoning);
        server.Replies.Default = static _ => new SimulatedReply { Text = "hi", Reasoning = "hm" };

        var plain = await AskAsync(server, "qwen/ready");
        var streamed = await RawClient.ExchangeAsync(server.Endpoint, Chat("qwen/ready", ",\"stream\":true"), Token);

        Assert.Equal(message, plain.GetProperty("choices")[0].GetProperty("message").GetRawText());
        Assert.Equal(reasoning == LmStudioReasoning.InText, streamed.Body.Contains("{\"role\":\"assistant\",\"content\":\"</think>hi\"}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_native_chat_has_statistics()
    {
        await using var server = await StartAsync(static options =>
        {
            options.TimeToFirstToken = TimeSpan.FromMilliseconds(500);
            options.TokenDelay = TimeSpan.FromMilliseconds(250);
        });

        var asked = RawClient.ExchangeAsync(server.Endpoint, Chat("qwen/ready", ",\"max_tokens\":3", "/api/v0/chat/completions"), Token);
        for (var wait = 0; wait < 2; wait++)
        {
            await _clock.WaitForTimersAsync(1, Token);
            _clock.AdvanceToNextTimer();
        }

        var answer = JsonElement.Parse((await asked).Body);
        Assert.Equal("{\"tokens_per_second\":6.0,\"time_to_first_token\":0.5,\"generation_time\":0.5,\"stop_reason\":\"maxPredictedTokensReached\"}", answer.GetProperty("stats").GetRawText());
        Assert.Equal("{\"arch\":\"qwen3\",\"quant\":\"Q8_0\",\"format\":\"gguf\",\"context_length\":4096}", answer.GetProperty("model_info").GetRawText());
    }

    [Fact]
    public async Task A_request_loads_the_model_it_names_in_place_of_the_last_one_loaded_so()
    {
        await using var server = await StartAsync();

        var first = AskAsync(server, "other");
        await FinishLoadAsync();
        await first;
        Assert.Equal(["qwen/ready", "other"], server.LoadedInstances);
        var second = AskAsync(server, "third");
        await FinishLoadAsync();
        await second;

        Assert.Equal(["qwen/ready", "third"], server.LoadedInstances);
        Assert.Equal(3, server.LoadCount);
    }

    [Fact]
    public async Task An_idle_model_goes_after_the_time_that_the_request_that_loaded_it_said()
    {
        await using var server = await StartAsync();
        var first = AskAsync(server, "other", ",\"ttl\":60");
        await FinishLoadAsync();
        await first;

        _clock.Advance(TimeSpan.FromSeconds(50));
        await AskAsync(server, "other", ",\"ttl\":5");
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Contains("other", server.LoadedInstances);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["qwen/ready"], server.LoadedInstances);
    }

    [Fact]
    public async Task Without_just_in_time_loading_the_only_model_answers_to_every_name()
    {
        await using var server = await StartAsync(static options => options.JustInTimeLoading = false);

        Assert.Equal("qwen/ready", (await AskAsync(server, "nonsense")).GetProperty("model").GetString());
        Assert.Equal(1, (await GetAsync(server, "/v1/models")).GetProperty("data").GetArrayLength());
        Assert.Equal(1, (await GetAsync(server, "/api/v0/models")).GetProperty("data").GetArrayLength());
        Assert.Equal("qwen/ready", (await PostAsync(server, "/api/v1/models/unload", "{\"instance_id\":\"qwen/ready\"}")).GetProperty("instance_id").GetString());
        var nothing = await RawClient.ExchangeAsync(server.Endpoint, Chat("other", string.Empty), Token);
        Assert.Equal(404, nothing.Status);
        Assert.StartsWith("{\"error\":{\"message\":\"No models loaded.", nothing.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_load_makes_another_instance_that_stays_until_it_is_unloaded()
    {
        await using var server = await StartAsync();
        var load = PostAsync(server, "/api/v1/models/load", "{\"model\":\"qwen/ready\",\"context_length\":2048,\"echo_load_config\":true}");
        await FinishLoadAsync();

        Assert.Equal("{\"type\":\"llm\",\"instance_id\":\"qwen/ready:2\",\"load_time_seconds\":3.0,\"status\":\"loaded\",\"load_config\":{\"context_length\":2048}}", (await load).GetRawText());
        _clock.Advance(TimeSpan.FromDays(100));
        Assert.Equal(["qwen/ready", "qwen/ready:2"], server.LoadedInstances);
        Assert.Equal("qwen/ready:2", (await AskAsync(server, "qwen/ready:2")).GetProperty("model").GetString());
        Assert.Equal(400, (await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/api/v1/models/unload", "{\"model\":\"qwen/ready\"}"), Token)).Status);
        await PostAsync(server, "/api/v1/models/unload", "{\"instance_id\":\"qwen/ready\"}");
        Assert.Equal(["qwen/ready:2"], server.LoadedInstances);
        Assert.Equal(404, (await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/api/v1/models/unload", "{\"instance_id\":\"qwen/ready\"}"), Token)).Status);
    }

    [Fact]
    public async Task A_load_that_fails_says_so()
    {
        await using var server = await StartAsync(static options => options.Models.Add(new SimulatedModel("broken") { LoadError = "out of memory" }));

        var load = await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/api/v1/models/load", "{\"model\":\"broken\"}"), Token);
        var chat = await RawClient.ExchangeAsync(server.Endpoint, Chat("broken", string.Empty), Token);

        Assert.Equal((500, "{\"error\":{\"type\":\"model_load_failed\",\"message\":\"out of memory\"}}"), (load.Status, load.Body));
        Assert.Equal((404, "{\"error\":{\"message\":\"Failed to load model \\\"broken\\\". Error: out of memory\",\"type\":\"invalid_request_error\",\"param\":\"model\",\"code\":null}}"), (chat.Status, chat.Body));
        Assert.Equal(["qwen/ready"], server.LoadedInstances);
    }

    [Fact]
    public async Task A_download_goes_on_by_itself_and_brings_the_model()
    {
        await using var server = await StartAsync(static options =>
        {
            options.DownloadTime = TimeSpan.FromSeconds(10);
            options.Catalog.Add(new SimulatedModel("new") { SizeBytes = 1000 });
        });

        var job = await PostAsync(server, "/api/v1/models/download", "{\"model\":\"new\"}");
        var path = "/api/v1/models/download/status/" + job.GetProperty("job_id").GetString();
        _clock.Advance(TimeSpan.FromSeconds(4));
        var half = await GetAsync(server, path);
        _clock.Advance(TimeSpan.FromSeconds(6));
        var done = await GetAsync(server, path);

        Assert.Equal(("downloading", 400, 100), (half.GetProperty("status").GetString(), half.GetProperty("downloaded_bytes").GetInt32(), half.GetProperty("bytes_per_second").GetInt32()));
        Assert.Equal("completed", done.GetProperty("status").GetString());
        Assert.Contains("\"new\"", (await GetAsync(server, "/v1/models")).GetRawText(), StringComparison.Ordinal);
        Assert.Equal("{\"status\":\"already_downloaded\"}", (await PostAsync(server, "/api/v1/models/download", "{\"model\":\"new\"}")).GetRawText());
        Assert.Equal(404, (await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/api/v1/models/download", "{\"model\":\"nope\"}"), Token)).Status);
    }

    [Fact]
    public async Task Requests_that_it_refuses()
    {
        await using var server = await StartAsync();

        Assert.Equal((400, "{\"error\":\"'response_format.type' must be 'json_schema' or 'text'\"}"), await RefusalAsync(Chat("qwen/ready", ",\"response_format\":{\"type\":\"json_object\"}")));
        Assert.Equal((400, "{\"error\":\"Invalid 'messages' in payload. Please check the structure of your 'messages' and try again.\"}"), await RefusalAsync(RawClient.Post("/v1/chat/completions", "{\"model\":\"other\"}")));
        Assert.Equal((400, "{\"error\":{\"message\":\"Invalid model identifier \\\"nope\\\". Please specify a valid downloaded model (e.g. qwen/ready, other, third, embed).\",\"type\":\"invalid_request_error\",\"param\":\"model\",\"code\":\"model_not_found\"}}"), await RefusalAsync(Chat("nope", string.Empty)));

        async Task<(int Status, string Body)> RefusalAsync(byte[] request)
        {
            var response = await RawClient.ExchangeAsync(server.Endpoint, request, Token);
            return (response.Status, response.Body);
        }
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_is_400_or_an_error_event_under_200()
    {
        await using var server = await StartAsync(static options => options.ContextLength = 64);
        var words = string.Concat(Enumerable.Repeat("word ", 100));

        var plain = await RawClient.ExchangeAsync(server.Endpoint, Chat("qwen/ready", string.Empty, text: words), Token);
        var streamed = await RawClient.ExchangeAsync(server.Endpoint, Chat("qwen/ready", ",\"stream\":true", text: words), Token);

        Assert.Equal(400, plain.Status);
        Assert.StartsWith("{\"error\":\"The number of tokens to keep from the initial prompt is greater than the context length", plain.Body, StringComparison.Ordinal);
        Assert.Equal((200, RawEnding.Whole), (streamed.Status, streamed.Ending));
        Assert.StartsWith("event: error\ndata: {\"error\":{\"message\":\"Input does not fit in context length.", streamed.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", streamed.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_crashes_ends_a_stream_with_an_error_event()
    {
        await using var server = await StartAsync();
        server.Faults.Next(Fault.ErrorInside200(afterTokens: 1));

        var response = await RawClient.ExchangeAsync(server.Endpoint, Chat("qwen/ready", ",\"stream\":true"), Token);

        Assert.EndsWith("\n\nevent: error\ndata: {\"error\":{\"message\":\"The model has crashed without additional information. (Exit code: 6)\"},\"message\":\"The model has crashed without additional information. (Exit code: 6)\"}\n\n", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embeddings_count_nothing_and_a_key_is_asked_for()
    {
        await using var server = await StartAsync(static options =>
        {
            options.LoadTime = TimeSpan.Zero;
            options.ApiKeys.Add("sk-lm-1");
        });
        var request = RawClient.Post("/v1/embeddings", "{\"model\":\"embed\",\"input\":[\"a\",\"b\"]}", "Authorization: Bearer sk-lm-1");

        var answer = JsonElement.Parse((await RawClient.ExchangeAsync(server.Endpoint, request, Token)).Body);
        var refused = await RawClient.ExchangeAsync(server.Endpoint, RawClient.Get("/v1/models"), Token);

        Assert.Equal(("embed@q4_k_m", 2, 0), (answer.GetProperty("model").GetString(), answer.GetProperty("data").GetArrayLength(), answer.GetProperty("usage").GetProperty("total_tokens").GetInt32()));
        Assert.Equal((401, "invalid_api_key"), (refused.Status, JsonElement.Parse(refused.Body).GetProperty("error").GetProperty("code").GetString()));
    }

    private static byte[] Chat(string model, string more, string path = "/v1/chat/completions", string text = "one two three") =>
        RawClient.Post(path, $"{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"{text}\"}}]{more}}}");

    private static async Task<JsonElement> AskAsync(LmStudioSimulator server, string model, string more = "")
    {
        var response = await RawClient.ExchangeAsync(server.Endpoint, Chat(model, more), Token);
        Assert.Equal(200, response.Status);
        return JsonElement.Parse(response.Body);
    }

    private static async Task<JsonElement> GetAsync(LmStudioSimulator server, string path)
    {
        var response = await RawClient.ExchangeAsync(server.Endpoint, RawClient.Get(path), Token);
        Assert.Equal(200, response.Status);
        return JsonElement.Parse(response.Body);
    }

    private static async Task<JsonElement> PostAsync(LmStudioSimulator server, string path, string body)
    {
        var response = await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post(path, body), Token);
        Assert.Equal(200, response.Status);
        return JsonElement.Parse(response.Body);
    }

    private async Task FinishLoadAsync()
    {
        await _clock.WaitForTimersAsync(1, Token);
        Assert.Equal(LoadTime, _clock.UntilNextTimer);
        _clock.AdvanceToNextTimer();
    }

    private Task<LmStudioSimulator> StartAsync(Action<LmStudioSimulatorOptions>? configure = null) => LmStudioSimulator.StartAsync(
        options =>
        {
            options.TimeProvider = _clock;
            options.LoadTime = LoadTime;
            options.Models.Add(new SimulatedModel("qwen/ready") { IsLoaded = true, Family = "qwen3", Quantization = "Q8_0", SupportsVision = true });
            options.Models.Add(new SimulatedModel("other"));
            options.Models.Add(new SimulatedModel("third"));
            options.Models.Add(new SimulatedModel("embed") { IsEmbedding = true });
            configure?.Invoke(options);
        },
        Token);
}
