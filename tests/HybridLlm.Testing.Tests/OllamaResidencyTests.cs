using System.Text.Json;
using HybridLlm.Testing.Tests.Support;

namespace HybridLlm.Testing.Tests;

/// <summary>Which models are loaded when, and who waits for whom.</summary>
public sealed class OllamaResidencyTests : SimulatorTests
{
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(3);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task A_model_is_loaded_for_the_first_request_and_stays_for_its_keep_alive()
    {
        await using var server = await StartAsync();
        Assert.Empty(server.LoadedModels);

        var first = AskAsync(server, "a", more: ",\"keep_alive\":\"10s\"");
        await server.WaitForAsync(() => server.QueuedRequests == 1, Token);
        await FinishLoadAsync();
        Assert.Equal(3_000_000_000, (await first).GetProperty("load_duration").GetInt64());
        Assert.Equal(["a:latest"], server.LoadedModels);

        // What the first request said stays in force, and the time begins anew with every request.
        _clock.Advance(TimeSpan.FromSeconds(9));
        await AskAsync(server, "a");
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(["a:latest"], server.LoadedModels);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(server.LoadedModels);
        Assert.Equal(1, server.LoadCount);
    }

    [Fact]
    public async Task Keep_alive_of_zero_lets_a_model_go_and_a_negative_one_keeps_it()
    {
        await using var server = await StartAsync(LoadAtOnce);

        await AskAsync(server, "a", more: ",\"keep_alive\":-1");
        _clock.Advance(TimeSpan.FromDays(1000));
        Assert.Equal(["a:latest"], server.LoadedModels);
        await AskAsync(server, "a", more: ",\"keep_alive\":0");
        Assert.Empty(server.LoadedModels);
        await AskAsync(server, "b");
        Assert.Equal("unload", (await PostAsync(server, "{\"model\":\"b\",\"messages\":[],\"keep_alive\":0}")).GetProperty("done_reason").GetString());
        Assert.Empty(server.LoadedModels);
    }

    [Fact]
    public async Task Another_context_makes_a_model_load_again_each_way()
    {
        await using var server = await StartAsync(LoadAtOnce);
        foreach (var options in (string[])["", ",\"options\":{\"num_ctx\":512}", ",\"options\":{\"num_ctx\":512,\"temperature\":0.3}", "", ",\"options\":{\"num_gpu\":-1}"])
        {
            await AskAsync(server, "a", more: options);
        }

        Assert.Equal(3, server.LoadCount);
        var loaded = await RawClient.ExchangeAsync(server.Endpoint, RawClient.Get("/api/ps"), Token);
        Assert.Equal(4096, JsonElement.Parse(loaded.Body).GetProperty("models")[0].GetProperty("context_length").GetInt32());
    }

    [Fact]
    public async Task A_busy_model_is_not_evicted_and_goes_on_taking_requests()
    {
        await using var server = await StartAsync(static options => options.MaxLoadedModels = 1);
        using var busy = await StallAsync(server, "a");
        var waiting = AskAsync(server, "b");
        await server.WaitForAsync(() => server.QueuedRequests == 1, Token);
        var later = AskAsync(server, "a");
        await server.WaitForAsync(() => server.QueuedRequests == 2, Token);

        busy.HalfClose();
        await later;
        await FinishLoadAsync();

        Assert.Equal(3_000_000_000, (await waiting).GetProperty("load_duration").GetInt64());
        Assert.Equal(["b:latest"], server.LoadedModels);
    }

    [Fact]
    public async Task A_keep_alive_for_the_busy_model_makes_the_waiting_one_wait_it_out()
    {
        await using var server = await StartAsync(static options => options.MaxLoadedModels = 1);
        using var busy = await StallAsync(server, "a");
        var waiting = AskAsync(server, "b");
        await server.WaitForAsync(() => server.QueuedRequests == 1, Token);
        var trap = AskAsync(server, "a", more: ",\"keep_alive\":\"15s\"");
        await server.WaitForAsync(() => server.QueuedRequests == 2, Token);

        busy.HalfClose();
        await trap;
        await _clock.WaitForTimersAsync(1, Token);
        Assert.Equal(TimeSpan.FromSeconds(15), _clock.UntilNextTimer);
        Assert.False(waiting.IsCompleted);
        _clock.AdvanceToNextTimer();
        await FinishLoadAsync();

        Assert.Equal(18_000_000_000, (await waiting).GetProperty("load_duration").GetInt64());
    }

    [Fact]
    public async Task The_idle_model_with_the_shortest_keep_alive_goes_first()
    {
        await using var server = await StartAsync(options =>
        {
            LoadAtOnce(options);
            options.MaxLoadedModels = 2;
        });
        await AskAsync(server, "a", more: ",\"keep_alive\":\"20s\"");
        await AskAsync(server, "b", more: ",\"keep_alive\":\"10s\"");
        await AskAsync(server, "c");

        Assert.Equal(["a:latest", "c:latest"], server.LoadedModels.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Requests_for_one_model_share_its_load()
    {
        await using var server = await StartAsync();
        var answers = Enumerable.Range(0, 3).Select(_ => AskAsync(server, "a")).ToArray();
        await server.WaitForAsync(() => server.QueuedRequests == 3, Token);

        await FinishLoadAsync();
        await Task.WhenAll(answers);

        Assert.Equal(1, server.LoadCount);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_load_and_the_next_one_is_served()
    {
        await using var server = await StartAsync();
        RecordedRequest left;
        using (var client = await RawClient.ConnectAsync(server.Endpoint, Token))
        {
            await client.SendAsync(Chat("a", string.Empty), Token);
            left = await server.WaitForRequestAsync(static _ => true, Token);
            await _clock.WaitForTimersAsync(1, Token);
        }

        Assert.Equal(RequestOutcome.ClientDisconnected, await left.Completion.WaitAsync(Token));
        await server.WaitForAsync(() => server.QueuedRequests == 0, Token);
        Assert.Empty(server.LoadedModels);
        var next = AskAsync(server, "b");
        await FinishLoadAsync();
        await next;
        Assert.Equal(["b:latest"], server.LoadedModels);
    }

    [Fact]
    public async Task A_load_that_fails_is_an_error_and_is_tried_again_by_everyone()
    {
        await using var server = await StartAsync(static options => options.Models.Add(new SimulatedModel("broken") { LoadError = "out of memory" }));

        for (var i = 0; i < 2; i++)
        {
            var response = await RawClient.ExchangeAsync(server.Endpoint, Chat("broken", string.Empty), Token);
            Assert.Equal((500, "{\"error\":\"out of memory\"}"), (response.Status, response.Body));
        }

        Assert.Equal((0, 0), (server.LoadCount, server.QueuedRequests));
    }

    [Fact]
    public async Task A_model_can_be_loaded_from_the_start_and_deleted_while_it_is()
    {
        await using var server = await StartAsync(static options => options.Models.Add(new SimulatedModel("ready") { IsLoaded = true }));

        await AskAsync(server, "ready");
        var delete = "DELETE /api/delete HTTP/1.1\r\nHost: localhost\r\nContent-Length: 17\r\n\r\n{\"model\":\"ready\"}"u8.ToArray();
        var deleted = await RawClient.ExchangeAsync(server.Endpoint, delete, Token);

        Assert.Equal((200, 1), (deleted.Status, server.LoadCount));
        Assert.Equal(["ready:latest"], server.LoadedModels);
        Assert.Equal(404, (await RawClient.ExchangeAsync(server.Endpoint, Chat("ready", string.Empty), Token)).Status);
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_is_refused_or_cut_and_an_old_history_is_dropped()
    {
        await using var server = await StartAsync(options =>
        {
            LoadAtOnce(options);
            options.ContextLength = 512;
            options.Models.Add(new SimulatedModel("go") { UsesGoTemplate = true });
        });
        var words = string.Concat(Enumerable.Repeat("word ", 1000));

        var refused = await RawClient.ExchangeAsync(server.Endpoint, Chat("a", string.Empty, words), Token);
        var cut = await AskAsync(server, "go", words);
        var history = await PostAsync(server, $"{{\"model\":\"a\",\"stream\":false,\"messages\":[{{\"role\":\"user\",\"content\":\"{words}\"}},{{\"role\":\"user\",\"content\":\"short\"}}]}}");

        Assert.Equal(400, refused.Status);
        Assert.Contains("exceed_context_size_error", refused.Body, StringComparison.Ordinal);
        Assert.InRange(cut.GetProperty("prompt_eval_count").GetInt32(), 256, 300);
        Assert.InRange(history.GetProperty("prompt_eval_count").GetInt32(), 1, 30);
    }

    private static void LoadAtOnce(OllamaSimulatorOptions options) => options.LoadTime = TimeSpan.Zero;

    private static byte[] Chat(string model, string more, string text = "one two three") =>
        RawClient.Post("/api/chat", $"{{\"model\":\"{model}\",\"stream\":false,\"messages\":[{{\"role\":\"user\",\"content\":\"{text}\"}}]{more}}}");

    private static async Task<JsonElement> PostAsync(OllamaSimulator server, string body)
    {
        var response = await RawClient.ExchangeAsync(server.Endpoint, RawClient.Post("/api/chat", body), Token);
        Assert.Equal(200, response.Status);
        return JsonElement.Parse(response.Body);
    }

    private static async Task<JsonElement> AskAsync(OllamaSimulator server, string model, string text = "one two three", string more = "")
    {
        var response = await RawClient.ExchangeAsync(server.Endpoint, Chat(model, more, text), Token);
        Assert.Equal(200, response.Status);
        return JsonElement.Parse(response.Body);
    }

    /// <summary>Loads a model and keeps it busy until the client that is returned leaves.</summary>
    private async Task<RawClient> StallAsync(OllamaSimulator server, string model)
    {
        server.Faults.Next(Fault.StallAfter(1));
        var client = await RawClient.ConnectAsync(server.Endpoint, Token);
        await client.SendAsync(RawClient.Post("/api/chat", $"{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"x\"}}]}}"), Token);
        await FinishLoadAsync();
        await server.WaitForRequestAsync(static request => request.TokensSent == 1, Token);
        return client;
    }

    private async Task FinishLoadAsync()
    {
        await _clock.WaitForTimersAsync(1, Token);
        Assert.Equal(LoadTime, _clock.UntilNextTimer);
        _clock.AdvanceToNextTimer();
    }

    private Task<OllamaSimulator> StartAsync(Action<OllamaSimulatorOptions>? configure = null) => OllamaSimulator.StartAsync(
        options =>
        {
            options.TimeProvider = _clock;
            options.LoadTime = LoadTime;
            foreach (var name in (ReadOnlySpan<string>)["a", "b", "c"])
            {
                options.Models.Add(new SimulatedModel(name));
            }

            configure?.Invoke(options);
        },
        Token);
}
